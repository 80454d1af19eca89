import type { Budget } from './budget.ts';

const LOCAL_MOST = 64;
const DOMAIN_MOST = 255;
const LOCAL_END = /[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]+$/u;
const DOMAIN_START = /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+\p{L}[\p{L}\p{N}-]*\p{L}/u;

/** An address as the HTML standard takes it, with letters beyond ASCII (RFC 6531), and a domain that has a dot. */
export function holdsEmail(text: string, budget: Budget): boolean {
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    if (!budget.take()) return false;
    const local = LOCAL_END.exec(text.slice(Math.max(0, at - LOCAL_MOST), at))?.[0];
    if (local === undefined) continue;
    const domain = DOMAIN_START.exec(text.slice(at + 1, at + 1 + DOMAIN_MOST))?.[0];
    if (domain === undefined) continue;
    // git@host:path names a program's account.
    if (local === 'git' && text[at + 1 + domain.length] === ':') continue;
    return true;
  }
  return false;
}
