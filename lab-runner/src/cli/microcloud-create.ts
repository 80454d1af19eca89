import { MicrocloudCreated } from '@terroir/labs/contract/microcloud.ts';
import type { Command } from './command.ts';
import { callRunner } from './runner-client.ts';

export const microcloudCreate: Command = {
  words: ['microcloud', 'create'],
  takes: '',
  least: 0,
  most: 0,
  does: 'Create a micro-cloud in the running Terroir, and print its key.',
  details: 'The key is shown this once. It and the base URL are what a client of the OpenAI API needs.',
  options: { name: { value: 'NAME', says: 'what to call it' } },
  run: async ({ text }, context) => {
    const name = text('name');
    const body = name === undefined ? {} : { name };
    const created = await callRunner(context, '/api/microclouds', MicrocloudCreated, { method: 'POST', body });
    const { id, state, baseUrl, key } = created;
    const lines = [`Micro-cloud ${id} is ${state}.`, `Base URL  ${baseUrl}`, `Key       ${key}   (shown only now)`];
    return { json: created, lines };
  },
};
