import { resolve } from 'node:path';
import { run } from './run.ts';
import { processTerminal } from './terminal.ts';

/** Some npm versions pass on a Ctrl-C that the terminal has sent us already; that is not a second one. */
const ONE_STOP_MS = 1000;

const stop = new AbortController();
let stopAskedAt = 0;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (stop.signal.aborted && performance.now() - stopAskedAt > ONE_STOP_MS) process.exit(130);
    stopAskedAt = performance.now();
    stop.abort();
  });
}

// npm runs its scripts in the folder of the package; paths are meant from where the command was typed.
const typedIn = process.env.npm_lifecycle_event === 'terroir' ? process.env.INIT_CWD : undefined;

process.exitCode = await run(process.argv.slice(2), {
  environment: process.env,
  workingFolder: typedIn ?? process.cwd(),
  checkout: resolve(import.meta.dirname, '../../..'),
  terminal: processTerminal(),
  signal: stop.signal,
});
