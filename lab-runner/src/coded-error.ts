/** Where and how an input is wrong, and what its sender can do. All texts are calm, plain English. */
export interface CodedErrorFacts {
  /** HTTP status that fits, 400 to 599. */
  readonly status: number;
  /** kebab-case, stable across versions. */
  readonly code: string;
  /** What happened, in one sentence. */
  readonly detail: string;
  /** What the reader can do now. */
  readonly todo: string;
  /** JSON path or name of the input at fault. */
  readonly field?: string | undefined;
  /** Where in a text input, counted from 1. */
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  readonly cause?: unknown;
}

/**
 * An error meant to be read: it has a stable code, names the field at fault and says what to do. The HTTP door turns it
 * into an RFC 9457 problem; the command line prints it. Any other error is a fault of ours and its text stays inside.
 */
export class CodedError extends Error implements CodedErrorFacts {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly todo: string;
  readonly field: string | undefined;
  readonly line: number | undefined;
  readonly column: number | undefined;

  constructor(facts: CodedErrorFacts) {
    super(facts.detail, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = 'CodedError';
    this.status = facts.status;
    this.code = facts.code;
    this.detail = facts.detail;
    this.todo = facts.todo;
    this.field = facts.field;
    this.line = facts.line;
    this.column = facts.column;
  }
}
