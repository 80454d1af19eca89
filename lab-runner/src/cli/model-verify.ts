import { CodedError } from '../coded-error.ts';
import type { Models } from '../models/models.ts';
import type { Command, Context } from './command.ts';
import { openModels } from './open-models.ts';
import { progressText } from './progress-text.ts';

interface Finding {
  readonly id: string;
  readonly sound: boolean;
  readonly expected?: string;
  readonly found?: string;
  readonly detail: string;
}

export const modelVerify: Command = {
  words: ['model', 'verify'],
  takes: '[ID …]',
  least: 0,
  most: 100,
  does: 'Read the files of models whole and compare their SHA-256.',
  details: 'Without an id, all models that are installed. Exit 1 when one of them is not sound.',
  options: {},
  run: async ({ arguments: ids }, context) => {
    const models = await openModels(context);
    try {
      const all = (await models.list()).filter(({ state }) => state === 'installed' || state === 'damaged');
      const findings: Finding[] = [];
      for (const id of ids.length > 0 ? ids : all.map((model) => model.id)) {
        findings.push(await verify(models, id, context));
      }
      const sound = findings.every((finding) => finding.sound);
      const lines = findings.map(
        (finding) => `${finding.sound ? 'sound  ' : 'DAMAGED'}  ${finding.id}  ${finding.detail}`,
      );
      if (findings.length === 0) lines.push('No model is installed.');
      if (!sound) lines.push('Remove the damaged ones and pull or import them again.');
      return { json: findings, lines, exitCode: sound ? 0 : 1 };
    } finally {
      context.terminal.progress(undefined);
      await models.close();
    }
  },
};

async function verify(models: Models, id: string, { terminal, signal }: Context): Promise<Finding> {
  const text = progressText(id, () => performance.now());
  try {
    const { sound, expected, found } = await models.verify(id, signal, (done, total) =>
      terminal.progress(text(done, total)),
    );
    return { id, sound, expected, found, detail: sound ? found : `expected ${expected}, found ${found}` };
  } catch (error) {
    if (error instanceof CodedError && error.code === 'model-damaged')
      return { id, sound: false, detail: error.detail };
    throw error;
  }
}
