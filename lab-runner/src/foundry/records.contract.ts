import { expect, it } from 'vitest';
import type { TrainingRecords } from './records.ts';
import type { Training } from './training.ts';

const training = (id: string, more: Partial<Training> = {}): Training => ({
  id,
  microcloud: 'm1',
  name: `Name of ${id}`,
  model: `model-of-${id}`,
  state: 'draft',
  createdAt: new Date('2026-11-22T10:00:00.000Z'),
  settings: { name: `Name of ${id}`, languages: ['en'] },
  ...more,
});

/** What every adapter of {@link TrainingRecords} does. `open` gives empty ones in which the micro-clouds m1 and m2 exist. */
export function trainingRecordsContract(
  open: () => Promise<{ trainings: TrainingRecords; forget: (microcloud: string) => Promise<void> }>,
): void {
  it('gives back what was saved, oldest first', async () => {
    const { trainings } = await open();
    const late = training('t2', {
      createdAt: new Date('2026-11-22T11:00:00.123Z'),
      state: 'failed',
      queuedAt: new Date('2026-11-22T11:00:01.000Z'),
      startedAt: new Date('2026-11-22T11:00:02.000Z'),
      finishedAt: new Date('2026-11-22T11:00:03.000Z'),
      settings: { name: 'Ω’s "text"', languages: ['fr', 'wo'], minutes: 0.5, texts: ['a'], statement: 'line\nline' },
      problem: { code: 'disk-full', detail: 'Full.', todo: 'Free some.', values: { free: 3, at: '/data' } },
      published: 'model-of-t2',
    });
    const early = training('t1', { microcloud: 'm2' });
    await trainings.save(late);
    await trainings.save(early);
    expect(await trainings.all()).toEqual([early, late]);
  });

  it('replaces what has the same id, and clears what is no longer there', async () => {
    const { trainings } = await open();
    const problem = { code: 'x', detail: 'X.', todo: 'Y.', values: {} };
    await trainings.save(training('t1', { state: 'failed', finishedAt: new Date(1000), problem }));
    await trainings.save(training('t1', { state: 'queued' }));
    expect(await trainings.all()).toEqual([training('t1', { state: 'queued' })]);
  });

  it('removes one, also twice', async () => {
    const { trainings } = await open();
    await trainings.save(training('t1'));
    await trainings.save(training('t2'));
    await trainings.remove('t1');
    await trainings.remove('t1');
    expect((await trainings.all()).map(({ id }) => id)).toEqual(['t2']);
  });

  it('forgets the trainings with their micro-cloud, and no others', async () => {
    const { trainings, forget } = await open();
    await trainings.save(training('t1'));
    await trainings.save(training('t2', { microcloud: 'm2' }));
    await forget('m1');
    expect((await trainings.all()).map(({ id }) => id)).toEqual(['t2']);
  });

  it('refuses a training of a micro-cloud that does not exist', async () => {
    const { trainings } = await open();
    await expect(trainings.save(training('t1', { microcloud: 'm9' }))).rejects.toThrow();
  });
}
