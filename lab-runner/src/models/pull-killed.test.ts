import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished, vi } from 'vitest';
import { type Centre, ENTRY, openCentre } from './centre.fixture.ts';
import { serve } from './hub.fixture.ts';

const PROGRAM = fileURLToPath(new URL('./pull-child.fixture.ts', import.meta.url));

function pullInAnotherProcess({ folder, options, hub }: Centre): ChildProcess {
  const child = spawn(process.execPath, [PROGRAM, folder, hub.url.href, options.catalogue ?? '', ENTRY], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

it('goes on after kill -9 in the middle of the file, from what had come', { timeout: 30_000 }, async () => {
  const centre = await openCentre();
  const partial = join(centre.folder, 'partial', centre.sha256);
  centre.hub.storeOnce.push(serve(centre.bytes, { only: 120_000, after: 'stall' }));
  const child = pullInAnotherProcess(centre);
  await vi.waitFor(async () => expect((await stat(partial)).size).toBe(120_000), { timeout: 20_000 });
  expect(await centre.models.get(ENTRY)).toMatchObject({ state: 'pulling' });

  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await centre.models.get(ENTRY)).toMatchObject({ state: 'available', pull: { receivedBytes: 120_000 } });

  await centre.models.pull(ENTRY, { acceptLicence: false });
  expect(centre.hub.storeRequests.map(({ headers }) => headers.range)).toEqual([undefined, 'bytes=120000-']);
  expect(centre.hub.storeRequests[1]?.headers['if-range']).toBe('"v1"');
  expect(await readFile((await centre.models.fileOf(ENTRY)).file)).toEqual(centre.bytes);
});

it('needs no second download when the end came between the last two steps', async () => {
  const centre = await openCentre();
  await centre.models.pull(ENTRY, { acceptLicence: true });
  await rm(join(centre.folder, `${ENTRY}.yaml`));
  expect(await centre.models.get(ENTRY)).toMatchObject({ state: 'available' });

  expect(await centre.models.pull(ENTRY, { acceptLicence: true })).toMatchObject({ state: 'installed' });
  expect(centre.hub.hubRequests).toHaveLength(1);
});
