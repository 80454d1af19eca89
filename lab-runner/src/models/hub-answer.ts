import { CodedError } from '../coded-error.ts';

/**
 * The transfer ended before its time, but asking again may help: a cut, a stall, a busy hub. What was received is kept.
 * `coded` is what to tell when patience ends.
 */
export class Interrupted extends Error {
  readonly coded: CodedError;
  /** What the hub asks for in Retry-After, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(coded: CodedError, retryAfterMs?: number) {
    super(coded.detail, { cause: coded });
    this.name = 'Interrupted';
    this.coded = coded;
    this.retryAfterMs = retryAfterMs;
  }
}

export const unusableAnswer = (what: string) =>
  new CodedError({
    status: 502,
    code: 'hub-answer-unusable',
    detail: `The hub answered with ${what}, which is not how a model hub answers.`,
    todo: 'Check TERROIR_HUB: it is the base URL of a hub or of a mirror of one.',
  });

export const unreachable = (host: string, why: string) =>
  new CodedError({
    status: 502,
    code: 'hub-unreachable',
    detail: `No connection to the hub ${host} lasted: ${why}.`,
    todo: 'Check the network and TERROIR_HUB, then pull again; it goes on from what was received. Without internet, import the file instead.',
  });

/** Turns every answer that brings no content into an error: thrown by the caller, or {@link Interrupted} when it may pass. */
export function refusal(response: Response, what: string, now: Date): CodedError | Interrupted {
  const { status } = response;
  if (status === 401 || status === 403) {
    return new CodedError({
      status: 502,
      code: 'hub-gated',
      detail: `The hub does not give ${what} to everybody (it answered ${status}).`,
      todo: 'Ask for access on the page of the model, then put your token in TERROIR_HUB (https://TOKEN@hub), or import the file.',
    });
  }
  if (status === 404 || status === 410) {
    return new CodedError({
      status: 502,
      code: 'hub-file-not-found',
      detail: `The hub does not have ${what} (it answered ${status}).`,
      todo: 'If TERROIR_HUB is a mirror, add the file to it; else the maker moved it: import the file from elsewhere.',
    });
  }
  if (status === 429) {
    const wait = retryAfter(response.headers.get('retry-after'), now);
    const until = wait === undefined ? '' : ` for ${Math.ceil(wait / 1000)} seconds`;
    return new Interrupted(
      new CodedError({
        status: 503,
        code: 'hub-busy',
        detail: `The hub asks to be left alone${until} (it answered 429).`,
        todo: 'Pull again later; it goes on from what was received.',
      }),
      wait,
    );
  }
  if (status >= 500) {
    return new Interrupted(
      new CodedError({
        status: 502,
        code: 'hub-failing',
        detail: `The hub has a fault of its own (it answered ${status}).`,
        todo: 'Pull again later; it goes on from what was received.',
      }),
      retryAfter(response.headers.get('retry-after'), now),
    );
  }
  return unusableAnswer(`status ${status}`);
}

/** RFC 9110 §10.2.3: seconds, or a date. In milliseconds from now. */
function retryAfter(value: string | null, now: Date): number | undefined {
  if (value === null) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime());
}

/** RFC 9110 §14.4: `bytes 100-199/200`. A total of `*` is undefined. */
export function contentRange(value: string | null): { from: number; total: number | undefined } | undefined {
  const match = /^bytes (\d{1,15})-\d{1,15}\/(\d{1,15}|\*)$/.exec(value ?? '');
  if (match === null) return undefined;
  return { from: Number(match[1]), total: match[2] === '*' ? undefined : Number(match[2]) };
}
