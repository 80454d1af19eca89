import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

const START_MS = 20_000;

/** A process of the benchmark's own. `stop` asks it to end, and resolves when it has. */
export interface Child {
  readonly stop: () => Promise<void>;
}

function begin(args: readonly string[], env: Record<string, string> = {}): { child: ChildProcess } & Child {
  const child = spawn(process.execPath, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), 8000);
    await once(child, 'exit');
    clearTimeout(force);
  };
  return { child, stop };
}

/** Starts a program that prints `{"ready":true,"port":N}` as its first line. */
export async function startListening(args: readonly string[]): Promise<Child & { readonly port: number }> {
  const { child, stop } = begin(args);
  if (!child.stdout) throw new Error('no output to read');
  const lines = createInterface({ input: child.stdout });
  const [line] = await Promise.race([
    once(lines, 'line', { signal: AbortSignal.timeout(START_MS) }),
    once(child, 'exit').then(([code]) =>
      Promise.reject(new Error(`${args[0]} ended with ${code} before it was ready`)),
    ),
  ]);
  const { port } = JSON.parse(String(line)) as { port: number };
  return { port, stop };
}

/** Starts a program that says nothing when it is ready: it is once its port answers HTTP. */
export async function startAnswering(args: readonly string[], port: number): Promise<Child> {
  const { child, stop } = begin(args, { NODE_ENV: 'production' });
  child.stdout?.resume();
  const deadline = performance.now() + START_MS;
  while (!(await answers(port))) {
    if (child.exitCode !== null || performance.now() > deadline) {
      await stop();
      throw new Error(`${args[0]} did not answer on port ${port}`);
    }
    await pause(100);
  }
  return { stop };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path: '/', agent: false, timeout: 1000 }, (response) => {
      response.resume();
      resolve(true);
    });
    request.once('error', () => resolve(false));
    request.once('timeout', () => request.destroy());
  });
}

/** Runs a program to its end, with `input` on its standard input, and returns what it printed. */
export async function runToEnd(args: readonly string[], input: string, signal: AbortSignal): Promise<string> {
  const { child, stop } = begin(args);
  child.stdin?.end(input);
  const onAbort = () => void stop();
  signal.addEventListener('abort', onAbort, { once: true });
  let printed = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const [code] = await once(child, 'close');
  signal.removeEventListener('abort', onAbort);
  signal.throwIfAborted();
  if (code !== 0) throw new Error(`${args[0]} ended with ${code}`);
  return printed;
}
