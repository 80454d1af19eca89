import { MicrocloudList } from '@terroir/labs/contract/microcloud.ts';
import type { Command } from './command.ts';
import { callRunner } from './runner-client.ts';
import { table } from './table.ts';

export const microcloudList: Command = {
  words: ['microcloud', 'list'],
  takes: '',
  least: 0,
  most: 0,
  does: 'Show the micro-clouds of the running Terroir.',
  details: '',
  options: {},
  run: async (_input, context) => {
    const microclouds = await callRunner(context, '/api/microclouds', MicrocloudList);
    const rows = microclouds.map(({ id, name, state, deployments, baseUrl }) => [
      id,
      name,
      state,
      deployments.map(({ model }) => model).join(' ') || 'none',
      baseUrl,
    ]);
    const lines = table([['MICRO-CLOUD', 'NAME', 'STATE', 'MODELS', 'BASE URL'], ...rows]);
    return { json: microclouds, lines: rows.length > 0 ? lines : ['There are no micro-clouds.'] };
  },
};
