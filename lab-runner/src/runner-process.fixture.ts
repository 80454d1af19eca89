import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** The runner as its users start it: a process of its own. */
export class RunnerProcess {
  readonly #child: ChildProcess;
  #out = '';
  #err = '';

  constructor(environment: Record<string, string>) {
    const { PATH = '', HOME = '', TMPDIR = '' } = process.env;
    this.#child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
      env: { PATH, HOME, ...(TMPDIR ? { TMPDIR } : {}), TERROIR_PORT: '0', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#out += text;
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#err += text;
    });
  }

  get output(): string {
    return this.#out;
  }
  get complaints(): string {
    return this.#err;
  }

  /** Address in the line that says it is ready, e.g. http://127.0.0.1:40123 */
  async ready(): Promise<string> {
    await eventually(
      () => /ready at/.test(this.#out) || this.#child.exitCode !== null,
      () => `${this.#out}${this.#err}`,
    );
    const url = /^Terroir is ready at (http:\/\/\S+)\/\n$/m.exec(this.#out)?.[1];
    if (url === undefined) throw new Error(`not ready: ${this.#out}${this.#err}`);
    return url;
  }

  /** Exit status; undefined when a signal ended it. */
  async ended(): Promise<number | undefined> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit');
    return this.#child.exitCode ?? undefined;
  }

  async signal(name: NodeJS.Signals): Promise<number | undefined> {
    this.#child.kill(name);
    return this.ended();
  }
}

/** Processes whose command line names this folder, by pid. */
export function processesOf(folder: string): string[] {
  const all = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return all.map((line) => line.trim()).filter((line) => line.includes(`${folder}/`));
}

/** Waits for another process to bring something about, as long as a busy machine may take. */
export async function eventually(holds: () => boolean | Promise<boolean>, tell = () => 'it'): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${tell()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
