import { createInterface, type Interface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CodedError } from '../coded-error.ts';

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
      return (await answerTo(createInterface({ input: stdin, output: stderr }), question, signal)).trim();
    },
    askHidden: async (question, signal) => {
      clear();
      stderr.write(question);
      const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
      try {
        return await answerTo(createInterface({ input: stdin, output: nowhere, terminal: true }), '', signal);
      } finally {
        stderr.write('\n');
      }
    },
  };
}

/** While a line is typed the terminal makes no signal of Ctrl-C, and readline closes without an answer; so we make it. */
async function answerTo(lines: Interface, question: string, signal: AbortSignal): Promise<string> {
  const left = Promise.withResolvers<never>();
  lines.on('SIGINT', () => process.emit('SIGINT'));
  lines.once('close', () => left.reject(nobodyAnswered()));
  try {
    return await Promise.race([lines.question(question, { signal }), left.promise]);
  } finally {
    lines.close();
  }
}

const nobodyAnswered = () =>
  new CodedError({
    status: 400,
    code: 'not-answered',
    detail: 'The question was not answered, so nothing was done.',
    todo: 'Run the command again, or give the answer as an option; --help tells which.',
  });
