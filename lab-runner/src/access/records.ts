/** Sign-ins that are still good. Only the SHA-256 of a session's token is kept. A resolved write is on disk. */
export interface SessionRecords {
  add(session: { tokenSha256: string; expiresAt: Date }): Promise<void>;
  /** When it ends; undefined: not known. */
  expiryOf(tokenSha256: string): Promise<Date | undefined>;
  remove(tokenSha256: string): Promise<void>;
  removeExpired(now: Date): Promise<void>;
}
