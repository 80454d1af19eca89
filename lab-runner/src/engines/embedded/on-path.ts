import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ANSWER_WITHIN_MS = 20_000;

/** Where a program stands on a PATH, or undefined. */
export async function findOnPath(name: string, path: string): Promise<string | undefined> {
  const names = process.platform === 'win32' ? [`${name}.exe`] : [name];
  for (const folder of path.split(delimiter)) {
    if (folder === '') continue;
    for (const candidate of names.map((file) => join(folder, file))) if (await isProgram(candidate)) return candidate;
  }
  return undefined;
}

/** Whether a path leads to a file that this user may run. */
export async function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    async () => (await stat(path)).isFile(),
    () => false,
  );
}

/** All that a program prints on both its outputs, or undefined when it fails. */
export async function ask(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await run(file, args, {
      env,
      timeout: ANSWER_WITHIN_MS,
      maxBuffer: 4 * 2 ** 20,
      ...(signal && { signal }),
    });
    return `${stdout}\n${stderr}`;
  } catch {
    signal?.throwIfAborted();
    return undefined;
  }
}
