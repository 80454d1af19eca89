import { expect, it } from 'vitest';
import { CodedError } from '../coded-error.ts';
import { gatewayUrl } from './gateway-url.ts';

const microcloud = { id: 'm1', name: 'One', state: 'ready' as const, createdAt: new Date(0) };
const link = { address: { url: 'http://127.0.0.1:40123', adminKey: 'k' }, ending: new AbortController() };

const to = (requested: string): string => {
  try {
    return gatewayUrl({ microcloud, link }, 'm1', requested).href;
  } catch (error) {
    if (error instanceof CodedError) return error.code;
    throw error;
  }
};

it('goes on with path and query as they were sent', () => {
  expect(to('/m/m1/v1/models?a=1&b=%20')).toBe('http://127.0.0.1:40123/v1/models?a=1&b=%20');
  expect(to('/m/m1/ledger/tile/0/000.p/5')).toBe('http://127.0.0.1:40123/ledger/tile/0/000.p/5');
});

it.each([
  '/m/m1/admin/tally',
  '/m/m1/health',
  '/m/m1/v1',
  '/m/m1/v1x/models',
  '/m/m1/v1/../admin/tally',
  '/m/m1/v1/%2e%2e/admin/tally',
  '/m/m1/v1/%2E./admin/tally',
  '/m/m1/v1/./models',
  '/m/m1/v1\\..\\admin',
  '/m/m1/v1/..\\admin\\tally',
  '/m/m1/v1/models#/../../admin',
  '/m/m1//evil.example/v1/',
  '/m/m1@evil.example/v1/',
])('does not go on with %s', (requested) => {
  expect(to(requested.replace('/m1@', '/m1/@'))).toBe('route-not-found');
});

it('never leaves the gateway', () => {
  expect(to('/m/@evil.example/v1/models')).toBe('http://127.0.0.1:40123/v1/models');
});

it('says when there is none, or not yet', () => {
  expect(() => gatewayUrl(undefined, 'm9', '/m/m9/v1/models')).toThrow(/no micro-cloud m9/);
  expect(() =>
    gatewayUrl({ microcloud: { ...microcloud, state: 'starting' }, link: undefined }, 'm1', '/m/m1/v1/models'),
  ).toThrow(/is starting/);
});
