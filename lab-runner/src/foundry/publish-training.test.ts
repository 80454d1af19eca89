import { afterEach, expect, it } from 'vitest';
import { until } from '../microclouds/room.fixture.ts';
import { openCentre, sha256 } from '../models/centre.fixture.ts';
import { ggufBytes } from '../models/gguf.fixture.ts';
import type { Models } from '../models/models.ts';
import { draft, made, newMicrocloud, openFoundry, say, stateIs, type TestFoundry } from './foundry.fixture.ts';
import type { LiveTraining } from './live-training.ts';
import { publishTraining } from './publish-training.ts';
import { startTraining } from './start-training.ts';

const bytes = ggufBytes({ metadata: { 'general.name': 'whatever' }, dataBytes: 640 });
let foundry: TestFoundry | undefined;
afterEach(async () => {
  await foundry?.close();
});

async function trained(): Promise<{ foundry: TestFoundry; live: LiveTraining; models: Models }> {
  const { models } = await openCentre();
  foundry = await openFoundry({ models });
  const live = await draft(foundry, await newMicrocloud(foundry), {
    ...{ name: 'Contes', languages: ['fr', 'wo'], licence: 'CC-BY-SA-4.0', maker: 'Awa', rivals: [] },
  });
  await startTraining(foundry, live);
  await until(() => foundry?.engine.get(live.id)?.state === 'healthy');
  await made(live, 'gguf-q8_0', 'contes-q8_0.gguf', bytes);
  await made(live, 'card', 'card.md', '# Contes');
  await say(live, { type: 'done' });
  foundry.engine.move(live.id, { state: 'stopped' });
  await stateIs(live, 'done');
  await live.idle();
  // The fixture tells a made-up hash; the catalogue goes by the real one.
  return { foundry, live, models };
}

it('takes the model into the catalogue, with its card and what its maker says of it', async () => {
  const { foundry, live, models } = await trained();
  expect(await publishTraining(foundry, live)).toEqual({ id: 'contes', sha256: sha256(bytes) });
  expect(await models.get('contes')).toMatchObject({
    title: 'Contes',
    summary: { en: expect.stringContaining('Contes'), fr: expect.stringContaining('Contes') },
    origin: { maker: 'Awa', jurisdiction: 'local', source: 'trained here' },
    licence: { id: 'CC-BY-SA-4.0', open: true },
    languages: ['fr', 'wo'],
    state: 'installed',
    card: '# Contes',
  });
  expect(live.training.published).toBe('contes');
  expect((await foundry.records.all())[0]?.published).toBe('contes');
});

it('answers the same when asked again, and publishes again what was removed meanwhile', async () => {
  const { foundry, live, models } = await trained();
  const first = await publishTraining(foundry, live);
  expect(await Promise.all([publishTraining(foundry, live), publishTraining(foundry, live)])).toEqual([first, first]);
  await models.remove(first.id);
  expect(await publishTraining(foundry, live)).toEqual(first);
  expect((await models.list()).filter(({ state }) => state === 'installed')).toHaveLength(1);
});

it('takes another id when somebody gave its own to another model', async () => {
  const { foundry, live, models } = await trained();
  const other = ggufBytes({ metadata: {}, dataBytes: 64 });
  await models.importStream(
    (async function* () {
      yield other;
    })(),
    'other.gguf',
    { id: 'contes' },
  );
  expect(await publishTraining(foundry, live)).toEqual({ id: 'contes-2', sha256: sha256(bytes) });
  expect((await publishTraining(foundry, live)).id).toBe('contes-2');
});

it('refuses a training that is not done', async () => {
  foundry = await openFoundry();
  const live = await draft(foundry, await newMicrocloud(foundry));
  await expect(publishTraining(foundry, live)).rejects.toMatchObject({ code: 'training-not-ready' });
});
