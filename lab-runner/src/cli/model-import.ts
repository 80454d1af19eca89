import type { Command } from './command.ts';
import { openModels } from './open-models.ts';
import { progressText } from './progress-text.ts';

export const modelImport: Command = {
  words: ['model', 'import'],
  takes: 'FILE',
  least: 1,
  most: 1,
  does: 'Take in any GGUF file of this machine as a model.',
  details: 'The file is checked and copied; yours stays where it is. A file that is not a whole GGUF changes nothing.',
  options: { id: { value: 'ID', says: 'the id to give it; by default one made of its own name' } },
  run: async ({ arguments: [file = ''], text }, context) => {
    const models = await openModels(context);
    const progress = progressText(file, () => performance.now());
    try {
      const { id, sha256, already } = await models.importFile(context.resolve(file), {
        id: text('id'),
        signal: context.signal,
        onProgress: (done, total) => context.terminal.progress(progress(done, total)),
      });
      const line = already ? `This very file is here already, as ${id}.` : `Imported as ${id}.`;
      return { json: { id, sha256 }, lines: [line, `SHA-256 ${sha256}`] };
    } finally {
      context.terminal.progress(undefined);
      await models.close();
    }
  },
};
