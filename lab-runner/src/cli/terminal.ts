import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Results go to standard output; everything that is said meanwhile to standard error, so that results can be piped. */
export interface Terminal {
  /** A person is there to be asked. */
  readonly interactive: boolean;
  print(line: string): void;
  note(line: string): void;
  /** A line that the next one replaces; undefined removes it. Where lines can't be replaced, one is shown now and then. */
  progress(line: string | undefined): void;
  ask(question: string, signal: AbortSignal): Promise<string>;
  /** What is typed is not shown. */
  askHidden(question: string, signal: AbortSignal): Promise<string>;
}

const CLEAR_LINE = '\r\x1b[2K';
const WITHOUT_TERMINAL_EVERY_MS = 10_000;

export function processTerminal(): Terminal {
  const { stdin, stdout, stderr } = process;
  let shown = false;
  let lastShown = 0;
  const clear = () => {
    if (shown) stderr.write(CLEAR_LINE);
    shown = false;
  };
  return {
    interactive: stdin.isTTY === true && stderr.isTTY === true,
    print: (line) => {
      clear();
      stdout.write(`${line}\n`);
    },
    note: (line) => {
      clear();
      stderr.write(`${line}\n`);
    },
    progress: (line) => {
      if (line === undefined) return clear();
      if (stderr.isTTY) {
        stderr.write(`${CLEAR_LINE}${line.slice(0, Math.max(20, stderr.columns - 1))}`);
        shown = true;
      } else if (performance.now() - lastShown > WITHOUT_TERMINAL_EVERY_MS) {
        lastShown = performance.now();
        stderr.write(`${line}\n`);
      }
    },
    ask: async (question, signal) => {
      clear();
      const lines = createInterface({ input: stdin, output: stderr });
      try {
        return (await lines.question(question, { signal })).trim();
      } finally {
        lines.close();
      }
    },
    askHidden: async (question, signal) => {
      clear();
      stderr.write(question);
      const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
      const lines = createInterface({ input: stdin, output: nowhere, terminal: true });
      try {
        return await lines.question('', { signal });
      } finally {
        lines.close();
        stderr.write('\n');
      }
    },
  };
}
