import { verifyProof } from '@terroir/labs/contract/ledger/verify-proof.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startGateway, type TestGateway } from './gateway.fixture.ts';

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await startGateway();
  await gateway.serve('http://127.0.0.1:1');
  for (let count = 0; count < 3; count++) await gateway.ask('write to a@b.example');
});
afterEach(() => gateway.close());

const page = async (query: string) =>
  (await (await gateway.get(`/ledger/entries${query}`)).json()) as {
    size: number;
    from: number;
    entries: { index: number }[];
  };

test('the newest page comes first, and others by where they begin', async () => {
  expect(await page('')).toMatchObject({ size: 5, from: 0 });
  expect((await page('?limit=2')).entries.map(({ index }) => index)).toEqual([3, 4]);
  expect((await page('?from=1&limit=2')).entries.map(({ index }) => index)).toEqual([1, 2]);
  expect(await page('?from=99')).toEqual({ size: 5, from: 5, entries: [] });
  const wrong = await gateway.get('/ledger/entries?from=-1');
  expect(wrong.status).toBe(400);
  expect(await wrong.json()).toMatchObject({ code: 'input-invalid', field: 'from' });
});

test('an entry is canonical JSON, and its proof stands on its own', async () => {
  const entry = await (await gateway.get('/ledger/entries/4')).text();
  expect(entry).toMatch(/^\{"action":"infer","at":"[^"]+","id":/);
  const proof = await gateway.get('/ledger/entries/4/proof');
  expect(proof.headers.get('content-disposition')).toBe('attachment; filename="mtest-4.tlog-proof"');
  const key = (await (await gateway.get('/ledger/key')).text()).trim();
  expect(key).toMatch(/^terroir\.local\/m\/mtest\+/);
  const verdict = verifyProof(await proof.text(), key);
  expect(verdict.verified && Buffer.from(verdict.entry).toString()).toBe(entry);
});

test('checkpoint and tiles are files as C2SP lays them out', async () => {
  await gateway.get('/ledger/entries/4/proof');
  const checkpoint = await gateway.get('/ledger/checkpoint');
  expect(checkpoint.headers.get('content-type')).toContain('text/plain');
  expect(await checkpoint.text()).toMatch(/^terroir\.local\/m\/mtest\n5\n/);
  const tile = await gateway.get('/ledger/tile/0/000.p/5');
  expect(tile.headers.get('content-type')).toBe('application/octet-stream');
  expect((await tile.arrayBuffer()).byteLength).toBe(5 * 32);
});

test.each([
  '/ledger/entries/99',
  '/ledger/entries/-1',
  '/ledger/entries/01',
  '/ledger/tile/0/..%2f..%2fkey',
  '/ledger/key.pub',
  '/nothing',
])('there is nothing at %s', async (path) => {
  const response = await gateway.get(path);
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ status: 404, code: expect.any(String), todo: expect.any(String) });
});

test('nothing can be written', async () => {
  const response = await fetch(`${gateway.url}/ledger/entries/0`, { method: 'DELETE' });
  expect(response.status).toBe(405);
  expect((await page('')).size).toBe(5);
});
