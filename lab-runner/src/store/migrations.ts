import type { Kysely } from 'kysely';
import { type Migration, type MigrationProvider, Migrator } from 'kysely/migration';
import type { Schema } from './schema.ts';

/** In order of name. A migration that was released is never edited: a change is a new one. */
const migrations: Record<string, Migration> = {
  '0001-first': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('microclouds')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('reason', 'text')
        .addColumn('created_at', 'text', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('deployments')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('microcloud', 'text', (column) => column.notNull().references('microclouds.id').onDelete('cascade'))
        .addColumn('model', 'text', (column) => column.notNull())
        .addColumn('device', 'text', (column) => column.notNull())
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('reason', 'text')
        .addColumn('since', 'text', (column) => column.notNull())
        .addColumn('sha256', 'text')
        .addColumn('unit_key', 'text', (column) => column.notNull())
        .addUniqueConstraint('one_deployment_per_model', ['microcloud', 'model'])
        .execute();
      await db.schema
        .createTable('lab_runs')
        .addColumn('microcloud', 'text', (column) => column.notNull().references('microclouds.id').onDelete('cascade'))
        .addColumn('lab', 'text', (column) => column.notNull())
        .addColumn('counts_since', 'text', (column) => column.notNull())
        .addColumn('counts_before', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('lab_runs_key', ['microcloud', 'lab'])
        .execute();
      await db.schema
        .createTable('lab_passes')
        .addColumn('microcloud', 'text', (column) => column.notNull())
        .addColumn('lab', 'text', (column) => column.notNull())
        .addColumn('step', 'text', (column) => column.notNull())
        .addColumn('passed_at', 'text', (column) => column.notNull())
        .addColumn('found', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('lab_passes_key', ['microcloud', 'lab', 'step'])
        .addForeignKeyConstraint(
          'pass_of_run',
          ['microcloud', 'lab'],
          'lab_runs',
          ['microcloud', 'lab'],
          (constraint) => constraint.onDelete('cascade'),
        )
        .execute();
      await db.schema
        .createTable('proofs')
        .addColumn('microcloud', 'text', (column) => column.notNull().references('microclouds.id').onDelete('cascade'))
        .addColumn('entry_index', 'integer', (column) => column.notNull())
        .addColumn('outcome', 'text', (column) => column.notNull())
        .addColumn('handed_at', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('proofs_key', ['microcloud', 'entry_index'])
        .execute();
      await db.schema
        .createTable('sessions')
        .addColumn('token_sha256', 'text', (column) => column.primaryKey())
        .addColumn('expires_at', 'text', (column) => column.notNull())
        .execute();
    },
  },
  '0002-foundry': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('trainings')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('microcloud', 'text', (column) => column.notNull().references('microclouds.id').onDelete('cascade'))
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('model', 'text', (column) => column.notNull())
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('created_at', 'text', (column) => column.notNull())
        .addColumn('queued_at', 'text')
        .addColumn('started_at', 'text')
        .addColumn('finished_at', 'text')
        .addColumn('settings', 'text', (column) => column.notNull())
        .addColumn('problem', 'text')
        .addColumn('published', 'text')
        .execute();
      await db.schema
        .createTable('lab_predictions')
        .addColumn('microcloud', 'text', (column) => column.notNull())
        .addColumn('lab', 'text', (column) => column.notNull())
        .addColumn('step', 'text', (column) => column.notNull())
        .addColumn('choice', 'text', (column) => column.notNull())
        .addColumn('made_at', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('lab_predictions_key', ['microcloud', 'lab', 'step'])
        .addForeignKeyConstraint(
          'prediction_of_run',
          ['microcloud', 'lab'],
          'lab_runs',
          ['microcloud', 'lab'],
          (constraint) => constraint.onDelete('cascade'),
        )
        .execute();
    },
  },
};

const provider: MigrationProvider = { getMigrations: async () => migrations };

/** Brings the schema up to date. Each migration happens whole or not at all. */
export async function migrate(db: Kysely<Schema>): Promise<void> {
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error) throw error;
}
