import { join } from 'node:path';
import type { Config } from '../../config.ts';
import { findOnPath, isProgram } from './on-path.ts';

/**
 * The program that runs the foundry's Python: the one that was configured, else the environment in the data folder, else the
 * system's. Looked up anew at each call, since it may be installed while the runner runs. Undefined: there is none.
 */
export async function findPython(
  { python, data }: Pick<Config, 'python' | 'data'>,
  path: string,
): Promise<string | undefined> {
  if (python !== undefined && /[/\\]/.test(python)) return (await isProgram(python)) ? python : undefined;
  if (python !== undefined) return findOnPath(python, path);
  const own = join(data, 'foundry', 'python3');
  return (await isProgram(own)) ? own : findOnPath('python3', path);
}
