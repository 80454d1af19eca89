import { CodedError } from '../../coded-error.ts';
import type { Models } from '../../models/models.ts';
import type { Check } from './check.ts';

/** Whether every installed model can be mounted: read whole where that was not done before, so it may take a while. */
export async function checkModels(models: Models, signal: AbortSignal, onModel: (id: string) => void): Promise<Check> {
  const id = 'models';
  const wrong = (await models.unreadable()).map(({ message }) => message);
  const here = (await models.list()).filter(({ state }) => state === 'installed' || state === 'damaged');
  for (const model of here) {
    onModel(model.id);
    try {
      await models.fileOf(model.id, signal);
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      wrong.push(error.detail);
    }
  }
  if (wrong.length > 0) {
    const todo = 'Remove the damaged models, then pull or import them again.';
    return { id, level: 'fail', found: wrong.join(' '), todo };
  }
  if (here.length > 0) return { id, level: 'ok', found: `${here.length} installed and verified` };
  const todo = 'Import a GGUF file (model import FILE), or pull one (model list, model pull ID).';
  return { id, level: 'warn', found: 'none installed', todo };
}
