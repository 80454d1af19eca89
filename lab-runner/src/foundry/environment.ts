import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';

const run = promisify(execFile);
/** A disk that has just woken up may take its time to find Python's libraries. */
const ANSWER_WITHIN_MS = 30_000;

const Told = Type.Object({
  versions: Type.Record(Type.String(), Type.String()),
  missing: Type.Array(Type.Object({ name: Type.String(), detail: Type.String(), todo: Type.String() })),
  threads: Type.Integer({ minimum: 1 }),
  precision: Type.Enum(['bf16', 'fp32']),
});

/** What a machine has to train with; see labs/foundry/environment.py. */
export interface Environment extends Partial<Pick<Static<typeof Told>, 'precision'>> {
  readonly python?: string;
  readonly versions: Static<typeof Told>['versions'];
  readonly missing: Static<typeof Told>['missing'];
  readonly threads: number;
}

/**
 * Asks the Python of this machine what it has. Never throws but for the signal: what cannot be found out is missing.
 * @param python the program that runs Python; undefined: there is none
 * @param script labs/foundry/environment.py
 */
export async function askEnvironment(
  python: string | undefined,
  script: string,
  env: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<Environment> {
  const nothing = { versions: {}, threads: 1 };
  if (python === undefined) {
    const detail = 'There is no program on this machine that runs Python.';
    return { ...nothing, missing: [{ name: 'python', detail, todo: INSTALL_PYTHON }] };
  }
  try {
    const { stdout } = await run(python, [script], {
      env: { ...env, PYTHONDONTWRITEBYTECODE: '1', PYTHONUTF8: '1' },
      timeout: ANSWER_WITHIN_MS,
      ...(signal && { signal }),
    });
    return { python, ...Value.Parse(Told, JSON.parse(stdout)) };
  } catch (error) {
    signal?.throwIfAborted();
    const detail = `${python} did not say what it has: ${(error instanceof Error ? error.message : String(error)).trim()}`;
    return { ...nothing, python, missing: [{ name: 'python', detail: detail.slice(0, 1000), todo: INSTALL_PYTHON }] };
  }
}

const INSTALL_PYTHON =
  'Install the Debian package python3 (apt install python3), or set TERROIR_PYTHON to a program that runs Python 3.11 or newer.';
