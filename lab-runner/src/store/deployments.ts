import type { Selectable } from 'kysely';
import type { Deployment } from '../microclouds/microcloud.ts';
import type { DeploymentRecords } from '../microclouds/records.ts';
import type { Database } from './database.ts';
import type { Schema } from './schema.ts';

export function deploymentRecords(db: Database): DeploymentRecords {
  return {
    async all() {
      return (await db.selectFrom('deployments').selectAll().orderBy('since').orderBy('id').execute()).map(fromRow);
    },
    async save(deployment) {
      const { id, ...rest } = toRow(deployment);
      await db
        .insertInto('deployments')
        .values({ id, ...rest })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(rest))
        .execute();
    },
    async remove(id) {
      await db.deleteFrom('deployments').where('id', '=', id).execute();
    },
  };
}

function toRow(deployment: Deployment): Schema['deployments'] {
  return {
    id: deployment.id,
    microcloud: deployment.microcloud,
    model: deployment.model,
    device: deployment.device,
    state: deployment.state,
    reason: deployment.reason ?? null,
    since: deployment.since.toISOString(),
    sha256: deployment.sha256 ?? null,
    unit_key: deployment.unitKey,
  };
}

function fromRow(row: Selectable<Schema['deployments']>): Deployment {
  return {
    id: row.id,
    microcloud: row.microcloud,
    model: row.model,
    device: row.device,
    state: row.state,
    ...(row.reason === null ? {} : { reason: row.reason }),
    since: new Date(row.since),
    ...(row.sha256 === null ? {} : { sha256: row.sha256 }),
    unitKey: row.unit_key,
  };
}
