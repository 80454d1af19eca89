import { createHash } from 'node:crypto';
import type { Clock, Ids } from '../ports.ts';
import type { SessionRecords } from './records.ts';

const LASTS_MS = 14 * 24 * 60 * 60 * 1000;
const COOKIE = 'terroir_session';

/** Signed-in browsers and programs. A token is given out once; only its SHA-256 is kept. */
export class Sessions {
  readonly #records: SessionRecords;
  readonly #clock: Clock;
  readonly #ids: Ids;

  constructor(records: SessionRecords, clock: Clock, ids: Ids) {
    this.#records = records;
    this.#clock = clock;
    this.#ids = ids;
  }

  /** @returns the value of a Set-Cookie header (RFC 6265bis) */
  async begin(): Promise<string> {
    const now = this.#clock.now();
    await this.#records.removeExpired(now);
    const token = this.#ids.secret('session');
    await this.#records.add({ tokenSha256: digest(token), expiresAt: new Date(now.getTime() + LASTS_MS) });
    return `${COOKIE}=${token}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${LASTS_MS / 1000}`;
  }

  /** Whether a Cookie header holds a session that is still good. */
  async knows(cookies: string | undefined): Promise<boolean> {
    const token = tokenOf(cookies);
    if (token === undefined) return false;
    const expiry = await this.#records.expiryOf(digest(token));
    return expiry !== undefined && expiry > this.#clock.now();
  }

  /** @returns the value of a Set-Cookie header that removes the cookie */
  async end(cookies: string | undefined): Promise<string> {
    const token = tokenOf(cookies);
    if (token !== undefined) await this.#records.remove(digest(token));
    return `${COOKIE}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0`;
  }
}

const digest = (token: string): string => createHash('sha256').update(token).digest('hex');

const tokenOf = (cookies: string | undefined): string | undefined =>
  cookies
    ?.split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${COOKIE}=`))
    ?.slice(COOKIE.length + 1);
