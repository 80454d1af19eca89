import type { SessionRecords } from '../access/records.ts';
import type { Database } from './database.ts';

export function sessionRecords(db: Database): SessionRecords {
  return {
    async add(session) {
      await db
        .insertInto('sessions')
        .values({ token_sha256: session.tokenSha256, expires_at: session.expiresAt.toISOString() })
        .execute();
    },
    async expiryOf(tokenSha256) {
      const row = await db
        .selectFrom('sessions')
        .select('expires_at')
        .where('token_sha256', '=', tokenSha256)
        .executeTakeFirst();
      return row && new Date(row.expires_at);
    },
    async remove(tokenSha256) {
      await db.deleteFrom('sessions').where('token_sha256', '=', tokenSha256).execute();
    },
    async removeExpired(now) {
      await db.deleteFrom('sessions').where('expires_at', '<=', now.toISOString()).execute();
    },
  };
}
