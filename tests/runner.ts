import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const NODE = join(import.meta.dirname, '../node_modules/node/bin/node');
const MAIN = join(import.meta.dirname, '../lab-runner/src/main.ts');
const READY = /^Terroir is ready at (http:\S+)\/$/m;

export interface Runner {
  readonly url: string;
  readonly data: string;
  readonly pid: number;
  /** All it printed so far. */
  output(): string;
  /** What of it went to standard error. */
  complaints(): string;
  /** As a power cut would: no handler runs. */
  kill9(): Promise<void>;
  /** As Ctrl-C would. Resolves with the exit code. */
  interrupt(): Promise<number | null>;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

export async function temporaryData(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'terroir-test-'));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Starts the product as `npm start` does after set-up, and resolves when it says it is ready. */
export async function startRunner(data: string, port: number, env: Record<string, string> = {}): Promise<Runner> {
  const child = spawn(NODE, [MAIN], {
    env: { ...process.env, TERROIR_DATA: data, TERROIR_PORT: String(port), TERROIR_ENGINE: 'embedded', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  let complained = '';
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the runner was not ready after 60 s:\n${printed}`)), 60_000);
    const listen = (chunk: Buffer) => {
      printed += chunk.toString();
      const match = READY.exec(printed);
      if (match?.[1]) {
        clearTimeout(timer);
        resolve(match[1]);
      }
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.stderr.on('data', (chunk: Buffer) => {
      complained += chunk.toString();
    });
    void ended.then((code) => {
      clearTimeout(timer);
      reject(new Error(`the runner ended with ${code}:\n${printed}`));
    });
  });
  return {
    url,
    data,
    pid: pidOf(child),
    output: () => printed,
    complaints: () => complained,
    kill9: () => end(child, 'SIGKILL', ended).then(() => {}),
    interrupt: () => end(child, 'SIGINT', ended),
  };
}

/** The units that run out of a data folder, each as its process number and command line. */
export function processesOf(data: string): string[] {
  const all = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return all.map((line) => line.trim()).filter((line) => line.includes(`${data}/`));
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('the runner did not start');
  return child.pid;
}

function end(child: ChildProcess, signal: NodeJS.Signals, ended: Promise<number | null>): Promise<number | null> {
  child.kill(signal);
  return ended;
}
