import { Problem } from '@terroir/labs/contract/problem.ts';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { CodedError } from '../coded-error.ts';
import { isHeld, readAnnouncement } from '../data-folder.ts';
import type { Context } from './command.ts';

type Need = Pick<Context, 'config' | 'environment' | 'terminal' | 'signal'>;

interface Call {
  readonly method?: string;
  readonly body?: unknown;
  /** A file to send as it is, instead of `body`. */
  readonly file?: Blob;
  /** Where it answers, when that is known already. */
  readonly base?: string;
}

/** One sign-in serves all the calls of a command. */
const cookies = new WeakMap<Need['terminal'], string>();

/** Where the runner of these settings answers, as a URL without a trailing slash. */
export function runnerUrl({ config }: Pick<Context, 'config'>): string {
  if (config.port === 0) {
    // Any free port: the runner leaves a note of which.
    const announced = announcedUrl(config.data);
    if (announced !== undefined) return announced;
  }
  const host = config.host === '0.0.0.0' || config.host === '::' ? '127.0.0.1' : config.host;
  return `http://${host.includes(':') ? `[${host}]` : host}:${config.port}`;
}

/** Where the runner that works on this very data folder answers; undefined: none has it. Throws `runner-not-ready`. */
export function runnerOfFolder({ config: { data } }: Pick<Context, 'config'>): string | undefined {
  if (!isHeld(data)) return undefined;
  const url = announcedUrl(data);
  if (url !== undefined) return url;
  throw new CodedError({
    status: 503,
    code: 'runner-not-ready',
    detail: `A Terroir that is starting or ending has the data folder ${data}. Nothing was changed.`,
    todo: 'Try again in a moment.',
  });
}

const announcedUrl = (data: string): string | undefined => readAnnouncement(data)?.url.replace(/\/$/, '');

/**
 * Calls the running runner and checks its answer against `schema`. Problems it answers are thrown as they are; where it wants a
 * sign-in, the passphrase comes from TERROIR_PASSPHRASE or is asked for. Throws `runner-not-answering`.
 */
export async function callRunner<T extends TSchema>(
  need: Need,
  path: string,
  schema: T,
  call: Call = {},
): Promise<Static<T>> {
  const { base = runnerUrl(need) } = call;
  let response = await send(need, base, path, call, cookies.get(need.terminal));
  if (response.status === 401) {
    const cookie = await signIn(need, base);
    cookies.set(need.terminal, cookie);
    response = await send(need, base, path, call, cookie);
  }
  const value: unknown = response.status === 204 ? null : await response.json().catch(() => undefined);
  if (Value.Check(schema, value) && response.ok) return value;
  throw Value.Check(Problem, value) ? new CodedError(value) : notTerroir(base, response.status);
}

async function send(
  need: Need,
  base: string,
  path: string,
  { method = 'GET', body, file }: Call,
  cookie?: string,
): Promise<Response> {
  try {
    return await fetch(`${base}${path}`, {
      method,
      signal: need.signal,
      headers: {
        ...(cookie === undefined ? {} : { cookie }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(file === undefined ? {} : { 'content-type': 'application/octet-stream' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(file === undefined ? {} : { body: file }),
    });
  } catch (cause) {
    need.signal.throwIfAborted();
    throw new CodedError({
      status: 503,
      code: 'runner-not-answering',
      detail: `No Terroir answers at ${base}.`,
      todo: 'Start it with npm start, or set TERROIR_HOST and TERROIR_PORT to where it runs.',
      cause,
    });
  }
}

async function signIn(need: Need, base: string): Promise<string> {
  const { environment, terminal, signal } = need;
  const passphrase =
    environment.TERROIR_PASSPHRASE ??
    (terminal.interactive ? await terminal.askHidden(`Passphrase of ${base}: `, signal) : undefined);
  if (passphrase === undefined) {
    throw new CodedError({
      status: 401,
      code: 'sign-in-required',
      detail: `The Terroir at ${base} answers only to who has signed in.`,
      todo: 'Set TERROIR_PASSPHRASE to its passphrase, or run this command in a terminal to be asked for it.',
    });
  }
  const response = await send(need, base, '/api/session', { method: 'POST', body: { passphrase } });
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0];
  if (response.ok && cookie !== undefined) return cookie;
  const value: unknown = await response.json().catch(() => undefined);
  throw Value.Check(Problem, value) ? new CodedError(value) : notTerroir(base, response.status);
}

const notTerroir = (base: string, status: number) =>
  new CodedError({
    status: 502,
    code: 'runner-not-answering',
    detail: `What answers at ${base} is not this version of Terroir (status ${status}).`,
    todo: 'Set TERROIR_HOST and TERROIR_PORT to where Terroir runs, or start it again with npm start.',
  });
