import { describe, expect, it } from 'vitest';
import { CodedError } from '../coded-error.ts';
import { guardLoopback, type Provenance } from './loopback-guard.ts';

const request = (more: Partial<Provenance> = {}): Provenance => ({
  method: 'GET',
  path: '/api/microclouds',
  host: '127.0.0.1:4321',
  origin: undefined,
  secFetchSite: undefined,
  ...more,
});

const codeOf = (more: Partial<Provenance>): string | undefined => {
  try {
    guardLoopback(request(more));
  } catch (error) {
    if (error instanceof CodedError) return error.code;
    throw error;
  }
  return undefined;
};

describe('the host', () => {
  it.each(['127.0.0.1:4321', 'localhost:4321', 'localhost', '[::1]:4321', '127.3.2.1', 'LOCALHOST:4321'])(
    '%s is ours',
    (host) => {
      expect(codeOf({ host })).toBeUndefined();
    },
  );

  it.each([
    'rebound.example:4321',
    '127.0.0.1.example',
    'localhost.example',
    '192.168.1.2:4321',
    '0.0.0.0:4321',
    '',
    'a b',
  ])('%s is not', (host) => {
    expect(codeOf({ host })).toBe('host-not-local');
  });

  it('must be there', () => {
    expect(codeOf({ host: undefined })).toBe('host-not-local');
  });
});

describe('a call that changes something', () => {
  const post = (more: Partial<Provenance>) => codeOf({ method: 'POST', ...more });

  it('may come from our own page or from no page at all', () => {
    expect(post({})).toBeUndefined();
    expect(post({ secFetchSite: 'same-origin', origin: 'http://127.0.0.1:4321' })).toBeUndefined();
    expect(post({ secFetchSite: 'none' })).toBeUndefined();
    expect(post({ origin: 'http://127.0.0.1:4321' })).toBeUndefined();
  });

  it.each(['cross-site', 'same-site'])('may not come from a page that is %s', (secFetchSite) => {
    expect(post({ secFetchSite })).toBe('cross-site-request');
  });

  it.each(['https://evil.example', 'http://127.0.0.1:9999', 'null', 'nonsense'])(
    'may not have the origin %s',
    (origin) => {
      expect(post({ origin })).toBe('cross-site-request');
      expect(codeOf({ method: 'DELETE', origin })).toBe('cross-site-request');
    },
  );

  it('is free when it carries its own key, and only then', () => {
    expect(post({ path: '/m/mabc/v1/chat/completions', secFetchSite: 'cross-site' })).toBeUndefined();
    expect(post({ path: '/m/mabc/v1x', secFetchSite: 'cross-site' })).toBe('cross-site-request');
    expect(post({ path: '/m/mabc/ledger/v1/', secFetchSite: 'cross-site' })).toBe('cross-site-request');
  });
});

it('lets a link from another site open a page', () => {
  expect(codeOf({ secFetchSite: 'cross-site' })).toBeUndefined();
});
