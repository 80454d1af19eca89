import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Whether a request's Bearer key (RFC 6750 §2.1) has the SHA-256 `expected`, 32 bytes. Takes as long for any key. */
export function hasBearerKey(request: IncomingMessage, expected: Buffer): boolean {
  const header = request.headers.authorization ?? '';
  if (header.slice(0, 7).toLowerCase() !== 'bearer ') return false;
  return timingSafeEqual(hash('sha256', header.slice(7).trim(), 'buffer'), expected);
}
