import { resolve } from 'node:path';
import { run, type Surroundings } from './run.ts';
import type { Terminal } from './terminal.ts';

export const CHECKOUT = resolve(import.meta.dirname, '../../..');

/** What a command has printed, and how it ended. */
export interface Typed {
  readonly exitCode: number;
  /** Standard output. */
  readonly out: string;
  /** Standard error, without progress. */
  readonly notes: string;
  readonly progress: readonly string[];
  readonly questions: readonly string[];
}

/** Types a command as a person would, who answers questions with `answers`, or as a script when there are none. */
export async function type(
  command: string | readonly string[],
  surroundings: Partial<Surroundings> & { answers?: readonly string[] } = {},
): Promise<Typed> {
  const { answers, ...rest } = surroundings;
  const out: string[] = [];
  const notes: string[] = [];
  const progress: string[] = [];
  const questions: string[] = [];
  const left = [...(answers ?? [])];
  const ask = async (question: string) => {
    questions.push(question);
    const answer = left.shift();
    if (answer === undefined) throw new Error(`nobody answers: ${question}`);
    return answer;
  };
  const terminal: Terminal = {
    interactive: answers !== undefined,
    print: (line) => out.push(line),
    note: (line) => notes.push(line),
    progress: (line) => {
      if (line !== undefined) progress.push(line);
    },
    ask,
    askHidden: ask,
  };
  const exitCode = await run(typeof command === 'string' ? command.split(' ').filter(Boolean) : command, {
    environment: {},
    workingFolder: '/nowhere',
    checkout: CHECKOUT,
    terminal,
    signal: new AbortController().signal,
    ...rest,
  });
  return { exitCode, out: out.join('\n'), notes: notes.join('\n'), progress, questions };
}
