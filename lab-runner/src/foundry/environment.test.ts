import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { askEnvironment } from './environment.ts';

let folder: string;
let python: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'terroir-python-'));
  python = join(folder, 'python3');
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function says(script: string): Promise<void> {
  await writeFile(python, `#!/bin/sh\n${script}\n`);
  await chmod(python, 0o755);
}
const ask = () => askEnvironment(python, '/labs/environment.py', { PATH: '/bin:/usr/bin' });

it('passes on what Python says', async () => {
  const told = { versions: { torch: '2' }, missing: [], threads: 4, precision: 'bf16' };
  await says(`[ "$1" = /labs/environment.py ] && echo '${JSON.stringify(told)}'`);
  expect(await ask()).toEqual({ python, ...told });
});

it.each([
  ['is not there', undefined],
  ['fails', 'echo broken >&2; exit 1'],
  ['says something else', 'echo hello'],
  ['says JSON of another shape', 'echo \'{"versions": 3}\''],
])('says what to do when Python %s', async (_, script) => {
  if (script !== undefined) await says(script);
  const { missing } = await ask();
  expect(missing).toEqual([
    { name: 'python', detail: expect.stringContaining(python), todo: expect.stringContaining('TERROIR_PYTHON') },
  ]);
});

it('says so when there is no Python at all', async () => {
  expect((await askEnvironment(undefined, '/labs/environment.py', {})).missing).toHaveLength(1);
});

it('gives up when its caller does', async () => {
  await says('sleep 600');
  const asked = askEnvironment(python, '/x', { PATH: '/bin:/usr/bin' }, AbortSignal.abort(new Error('no more wanted')));
  await expect(asked).rejects.toThrow('no more wanted');
});
