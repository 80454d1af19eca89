import type { Selectable } from 'kysely';
import type { Microcloud } from '../microclouds/microcloud.ts';
import type { MicrocloudRecords } from '../microclouds/records.ts';
import type { Database } from './database.ts';
import type { Schema } from './schema.ts';

export function microcloudRecords(db: Database): MicrocloudRecords {
  return {
    async all() {
      return (await db.selectFrom('microclouds').selectAll().orderBy('created_at').orderBy('id').execute()).map(
        fromRow,
      );
    },
    async save(microcloud) {
      const { id, ...rest } = toRow(microcloud);
      await db
        .insertInto('microclouds')
        .values({ id, ...rest })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(rest))
        .execute();
    },
    async remove(id) {
      await db.deleteFrom('microclouds').where('id', '=', id).execute();
    },
  };
}

function toRow(microcloud: Microcloud): Schema['microclouds'] {
  return {
    id: microcloud.id,
    name: microcloud.name,
    state: microcloud.state,
    reason: microcloud.reason ?? null,
    created_at: microcloud.createdAt.toISOString(),
  };
}

function fromRow(row: Selectable<Schema['microclouds']>): Microcloud {
  return {
    id: row.id,
    name: row.name,
    state: row.state,
    ...(row.reason === null ? {} : { reason: row.reason }),
    createdAt: new Date(row.created_at),
  };
}
