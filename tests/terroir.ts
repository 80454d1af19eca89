import { execFile } from 'node:child_process';
import { join } from 'node:path';

const NODE = join(import.meta.dirname, '../node_modules/node/bin/node');
const CLI = join(import.meta.dirname, '../lab-runner/src/cli/main.ts');

/** Runs the command-line client as `npm run terroir -- …` does. */
export function terroir(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(NODE, [CLI, ...args], { env: { ...process.env, ...env } }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, stdout, stderr });
    });
  });
}
