import type { Config } from '../config.ts';
import type { Terminal } from './terminal.ts';

/** One thing that the command line can do. */
export interface Command {
  /** As typed: `['model', 'pull']`. */
  readonly words: readonly string[];
  /** Its arguments as the help shows them: `FILE`, or nothing. */
  readonly takes: string;
  readonly least: number;
  readonly most: number;
  /** What it does, in one line. */
  readonly does: string;
  /** What else its reader should know, in whole sentences. */
  readonly details: string;
  /** Besides --json and --help, which all have. */
  readonly options: Readonly<Record<string, Option>>;
  run(input: Input, context: Context): Promise<Result>;
}

interface Option {
  /** The name of its value as the help shows it; absent: it is on or off. */
  readonly value?: string;
  readonly says: string;
}

export interface Input {
  readonly arguments: readonly string[];
  /** The value of an option, if it was given. */
  text(option: string): string | undefined;
  isOn(option: string): boolean;
}

/** What a command works with. */
export interface Context {
  readonly config: Config;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Folder of the product's own files. */
  readonly checkout: string;
  /** Folder of catalogue entries; the product's own by default. */
  readonly catalogue?: string;
  readonly terminal: Terminal;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** A path as its writer meant it. */
  resolve(path: string): string;
}

/** Printed as `json` with --json, as `lines` without. */
export interface Result {
  readonly json: unknown;
  readonly lines: readonly string[];
  /** 0 unless said otherwise: 1 for a finding that is not good, 130 for a stop by Ctrl-C. */
  readonly exitCode?: number;
}

/** The command was typed wrongly: exit 2. */
export class UsageError extends Error {
  readonly todo: string;

  constructor(message: string, todo: string) {
    super(message);
    this.name = 'UsageError';
    this.todo = todo;
  }
}
