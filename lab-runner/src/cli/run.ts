import { isAbsolute, join } from 'node:path';
import { CodedError } from '../coded-error.ts';
import { ConfigError, readConfig } from '../config.ts';
import { type Command, type Context, type Input, UsageError } from './command.ts';
import { helpOf, overview } from './help.ts';
import { readInput } from './read-input.ts';
import type { Terminal } from './terminal.ts';

export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Folder that relative paths start from. */
  readonly workingFolder: string;
  readonly checkout: string;
  /** Folder of catalogue entries; the product's own by default. */
  readonly catalogue?: string;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** Does what was typed. Answers the exit code: 0 well, 1 not well, 2 typed or set wrongly, 130 stopped. Never throws. */
export async function run(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { terminal, signal } = surroundings;
  const json = args.includes('--json');
  try {
    const asked = readInput(args);
    if (asked.what !== 'run') {
      const lines = asked.what === 'help' ? helpOf(asked.command) : overview(asked.word);
      for (const line of lines) terminal.print(line);
      return 0;
    }
    return await runCommand(asked.command, asked.input, json, surroundings);
  } catch (error) {
    terminal.progress(undefined);
    const { exitCode, facts, lines } = failureOf(error, signal.aborted);
    if (json) terminal.print(JSON.stringify({ error: facts }));
    else for (const line of lines) terminal.note(line);
    return exitCode;
  }
}

async function runCommand(command: Command, input: Input, json: boolean, surroundings: Surroundings): Promise<number> {
  const { environment, workingFolder, checkout, terminal } = surroundings;
  const context: Context = {
    ...surroundings,
    config: readConfig(environment, checkout),
    resolve: (path) => (isAbsolute(path) ? path : join(workingFolder, path)),
  };
  const result = await command.run(input, context);
  if (json) terminal.print(JSON.stringify(result.json));
  else for (const line of result.lines) terminal.print(line);
  return result.exitCode ?? 0;
}

interface Failure {
  readonly exitCode: number;
  readonly facts: { readonly code: string; readonly detail: string; readonly todo: string; readonly field?: string };
  readonly lines: readonly string[];
}

function failureOf(error: unknown, stopped: boolean): Failure {
  const failure = (exitCode: number, code: string, detail: string, todo: string, field?: string): Failure => ({
    exitCode,
    facts: { code, detail, todo, ...(field === undefined ? {} : { field }) },
    lines: [detail, todo],
  });
  if (error instanceof CodedError) return failure(1, error.code, error.detail, error.todo, error.field);
  if (error instanceof UsageError) {
    return failure(2, 'usage', error.message, error.todo);
  }
  if (error instanceof ConfigError) {
    return failure(2, 'settings-wrong', error.message, 'Correct the environment and run the command again.');
  }
  if (stopped) return failure(130, 'stopped', 'Stopped.', 'Run the same command again when you want to.');
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return failure(1, 'internal', text, 'This is a fault of Terroir; please report it with the lines above.');
}
