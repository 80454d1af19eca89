import type { ModelView } from '@terroir/labs/contract/model.ts';
import { bytes } from '../models/byte-size.ts';
import type { Command } from './command.ts';
import { openModels } from './open-models.ts';
import { table } from './table.ts';

export const modelList: Command = {
  words: ['model', 'list'],
  takes: '',
  least: 0,
  most: 0,
  does: 'Show the models of this centre: shipped, installed, and those that can be pulled.',
  details: 'Works with and without a running Terroir.',
  options: {},
  run: async (_input, context) => {
    const models = await (await openModels(context)).list();
    const rows = models.map((model) => [
      model.id,
      bytes(model.sizeBytes),
      stateOf(model),
      model.licence.id,
      languagesOf(model),
    ]);
    return { json: models, lines: table([['MODEL', 'SIZE', 'STATE', 'LICENCE', 'LANGUAGES'], ...rows]) };
  },
};

function stateOf({ state, pull }: ModelView): string {
  if (pull === undefined) return state;
  const share = Math.floor((pull.receivedBytes / pull.totalBytes) * 100);
  return state === 'pulling' ? `pulling, ${share} %` : `${state}, ${share} % here`;
}

const languagesOf = ({ languages }: ModelView) =>
  languages.length > 6 ? `${languages.slice(0, 5).join(' ')} and ${languages.length - 5} more` : languages.join(' ');
