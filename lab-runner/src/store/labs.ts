import type { Counts, LabRecords, Pass } from '../labs/records.ts';
import type { Database } from './database.ts';

export function labRecords(db: Database): LabRecords {
  return {
    async runs(microcloud) {
      const rows = await db
        .selectFrom('lab_runs')
        .selectAll()
        .where('microcloud', '=', microcloud)
        .orderBy('lab')
        .execute();
      return rows.map((row) => ({
        microcloud: row.microcloud,
        lab: row.lab,
        since: new Date(row.counts_since),
        before: JSON.parse(row.counts_before) as Counts,
      }));
    },

    async begin(run) {
      await db.transaction().execute(async (transaction) => {
        // The passes of the run that was there go with it.
        await transaction
          .deleteFrom('lab_runs')
          .where('microcloud', '=', run.microcloud)
          .where('lab', '=', run.lab)
          .execute();
        await transaction
          .insertInto('lab_runs')
          .values({
            microcloud: run.microcloud,
            lab: run.lab,
            counts_since: run.since.toISOString(),
            counts_before: JSON.stringify(run.before),
          })
          .execute();
      });
    },

    async passes(microcloud, lab) {
      const rows = await db
        .selectFrom('lab_passes')
        .selectAll()
        .where('microcloud', '=', microcloud)
        .where('lab', '=', lab)
        .orderBy('passed_at')
        .orderBy('step')
        .execute();
      return rows.map((row) => ({
        step: row.step,
        passedAt: new Date(row.passed_at),
        found: JSON.parse(row.found) as Pass['found'],
      }));
    },

    async pass(microcloud, lab, passes) {
      if (passes.length === 0) return;
      await db
        .insertInto('lab_passes')
        .values(
          passes.map((pass) => ({
            microcloud,
            lab,
            step: pass.step,
            passed_at: pass.passedAt.toISOString(),
            found: JSON.stringify(pass.found),
          })),
        )
        .onConflict((conflict) => conflict.columns(['microcloud', 'lab', 'step']).doNothing())
        .execute();
    },

    async predictions(microcloud, lab) {
      const rows = await db
        .selectFrom('lab_predictions')
        .selectAll()
        .where('microcloud', '=', microcloud)
        .where('lab', '=', lab)
        .orderBy('step')
        .execute();
      return rows.map((row) => ({ step: row.step, choice: row.choice, at: new Date(row.made_at) }));
    },

    async predict(microcloud, lab, { step, choice, at }) {
      const made = { choice, made_at: at.toISOString() };
      await db
        .insertInto('lab_predictions')
        .values({ microcloud, lab, step, ...made })
        .onConflict((conflict) => conflict.columns(['microcloud', 'lab', 'step']).doUpdateSet(made))
        .execute();
    },

    async proofs(microcloud, since) {
      const rows = await db
        .selectFrom('proofs')
        .selectAll()
        .where('microcloud', '=', microcloud)
        .where('handed_at', '>=', since.toISOString())
        .orderBy('entry_index')
        .execute();
      return rows.map((row) => ({ index: row.entry_index, outcome: row.outcome, at: new Date(row.handed_at) }));
    },

    async keepProof(microcloud, proof) {
      await db
        .insertInto('proofs')
        .values({
          microcloud,
          entry_index: proof.index,
          outcome: proof.outcome,
          handed_at: proof.at.toISOString(),
        })
        .onConflict((conflict) =>
          conflict.columns(['microcloud', 'entry_index']).doUpdateSet({ handed_at: proof.at.toISOString() }),
        )
        .execute();
    },
  };
}
