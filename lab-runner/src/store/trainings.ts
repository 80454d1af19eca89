import type { FoundryProblem } from '@terroir/labs/contract/foundry-event.ts';
import type { CreateTraining } from '@terroir/labs/contract/training.ts';
import type { Selectable } from 'kysely';
import type { TrainingRecords } from '../foundry/records.ts';
import type { Training } from '../foundry/training.ts';
import type { Database } from './database.ts';
import type { Schema } from './schema.ts';

export function trainingRecords(db: Database): TrainingRecords {
  return {
    async all() {
      return (await db.selectFrom('trainings').selectAll().orderBy('created_at').orderBy('id').execute()).map(fromRow);
    },
    async save(training) {
      const { id, ...rest } = toRow(training);
      await db
        .insertInto('trainings')
        .values({ id, ...rest })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(rest))
        .execute();
    },
    async remove(id) {
      await db.deleteFrom('trainings').where('id', '=', id).execute();
    },
  };
}

function toRow(training: Training): Schema['trainings'] {
  const time = (at: Date | undefined) => at?.toISOString() ?? null;
  return {
    id: training.id,
    microcloud: training.microcloud,
    name: training.name,
    model: training.model,
    state: training.state,
    created_at: training.createdAt.toISOString(),
    queued_at: time(training.queuedAt),
    started_at: time(training.startedAt),
    finished_at: time(training.finishedAt),
    settings: JSON.stringify(training.settings),
    problem: training.problem === undefined ? null : JSON.stringify(training.problem),
    published: training.published ?? null,
  };
}

function fromRow(row: Selectable<Schema['trainings']>): Training {
  const { id, microcloud, name, model, state, created_at, queued_at, started_at, finished_at, published } = row;
  return {
    ...{ id, microcloud, name, model, state, createdAt: new Date(created_at) },
    ...(queued_at === null ? {} : { queuedAt: new Date(queued_at) }),
    ...(started_at === null ? {} : { startedAt: new Date(started_at) }),
    ...(finished_at === null ? {} : { finishedAt: new Date(finished_at) }),
    settings: JSON.parse(row.settings) as CreateTraining,
    ...(row.problem === null ? {} : { problem: JSON.parse(row.problem) as FoundryProblem }),
    ...(published === null ? {} : { published }),
  };
}
