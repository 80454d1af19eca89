import { Type } from 'typebox';
import type { Command } from './command.ts';
import { callRunner } from './runner-client.ts';

export const microcloudDestroy: Command = {
  words: ['microcloud', 'destroy'],
  takes: 'ID',
  least: 1,
  most: 1,
  does: 'End a micro-cloud and remove all it holds, its ledger as well.',
  details: 'Copy what you want to keep first; there is no way back.',
  options: {},
  run: async ({ arguments: [id = ''] }, context) => {
    await callRunner(context, `/api/microclouds/${encodeURIComponent(id)}`, Type.Null(), { method: 'DELETE' });
    return { json: { id, destroyed: true }, lines: [`Micro-cloud ${id} is gone.`] };
  },
};
