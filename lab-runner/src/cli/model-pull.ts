import type { ModelView } from '@terroir/labs/contract/model.ts';
import { bytes } from '../models/byte-size.ts';
import { notFound } from '../models/model-errors.ts';
import type { Models } from '../models/models.ts';
import { agreeToLicence } from './agree-licence.ts';
import type { Command, Context, Result } from './command.ts';
import { openModels } from './open-models.ts';
import { progressText } from './progress-text.ts';

export const modelPull: Command = {
  words: ['model', 'pull'],
  takes: 'ID',
  least: 1,
  most: 1,
  does: 'Fetch a model of the catalogue from the hub, verify it and install it.',
  details:
    'The hub is TERROIR_HUB. Ctrl-C keeps what was received, and the same command goes on from there. ' +
    'The licence of the model is shown and has to be accepted once.',
  options: { 'accept-licence': { says: 'accept the licence without being asked' } },
  run: async ({ arguments: [id = ''], isOn }, context) => {
    const models = await openModels(context);
    try {
      const model = await models.get(id);
      if (model === undefined) throw notFound(id);
      if (model.state === 'installed') return done(model, `${id} is installed already.`);
      const accepted =
        model.licenceAccepted ||
        (await agreeToLicence(model, isOn('accept-licence'), context.terminal, context.signal));
      return await pull(models, id, accepted, context);
    } finally {
      await models.close();
    }
  },
};

async function pull(models: Models, id: string, acceptLicence: boolean, context: Context): Promise<Result> {
  const { terminal, signal } = context;
  const text = progressText(id, () => performance.now());
  const unwatch = models.watch((event) => {
    if (event.type !== 'model' || event.model.id !== id || event.model.pull === undefined) return;
    const { receivedBytes, totalBytes } = event.model.pull;
    terminal.progress(receivedBytes === totalBytes ? `${id}  verifying` : text(receivedBytes, totalBytes));
  });
  try {
    const model = await models.pull(id, { acceptLicence }, signal);
    return done(model, `${id} is installed: ${bytes(model.sizeBytes)}, SHA-256 ${model.sha256} verified.`);
  } catch (error) {
    if (!signal.aborted) throw error;
    const model = await models.get(id);
    const kept = model?.pull?.receivedBytes ?? 0;
    const lines = [`Stopped. ${bytes(kept)} are kept; the same command goes on from there.`];
    return { json: model, lines, exitCode: 130 };
  } finally {
    unwatch();
    terminal.progress(undefined);
  }
}

function done(model: ModelView, line: string): Result {
  const { text: _, ...licence } = model.licence;
  return { json: { ...model, licence }, lines: [line] };
}
