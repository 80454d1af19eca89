import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { LabList, LabProgress } from '@terroir/labs/contract/lab.ts';
import { ProofVerified } from '@terroir/labs/contract/proof.ts';
import { Type } from 'typebox';
import { CodedError } from '../coded-error.ts';
import { problems } from '../http/problem-responses.ts';
import type { Labs } from './labs.ts';

const OneMicrocloud = Type.Object({ id: Type.String({ maxLength: 64, description: 'of the micro-cloud' }) });
const OneLab = Type.Object({ ...OneMicrocloud.properties, lab: Type.String({ maxLength: 64 }) });

/** The labs, and how far a micro-cloud has come in one. */
export function labRoutes(labs: Labs): FastifyPluginAsyncTypebox {
  return async (app) => {
    const tags = ['labs'];
    const listing = { summary: 'All labs, in order of id', tags, response: { 200: LabList, ...problems } };
    app.get('/api/labs', { schema: listing }, async () => labs.list());

    const reading = {
      summary: 'Progress in a lab; every check is looked at now',
      tags,
      params: OneLab,
      response: { 200: LabProgress, ...problems },
    };
    app.get('/api/microclouds/:id/labs/:lab', { schema: reading }, async ({ params }) =>
      labs.progress(params.id, params.lab),
    );

    const resetting = {
      summary: 'Start a lab over; answers, refusals and proofs count from now on',
      tags,
      params: OneLab,
      response: { 200: LabProgress, ...problems },
    };
    app.post('/api/microclouds/:id/labs/:lab/reset', { schema: resetting }, async ({ params }) =>
      labs.reset(params.id, params.lab),
    );

    const predicting = {
      summary: 'Say what is expected at a step, before it is tried',
      tags,
      params: OneLab,
      body: Type.Object(
        { step: Type.String({ maxLength: 64 }), choice: Type.String({ maxLength: 64 }) },
        { additionalProperties: false },
      ),
      response: { 200: LabProgress, ...problems },
    };
    app.post('/api/microclouds/:id/labs/:lab/predictions', { schema: predicting }, async ({ params, body }) =>
      labs.predict(params.id, params.lab, body),
    );

    const handingIn = {
      summary: 'Hand in a proof of inclusion in this micro-cloud’s ledger',
      tags,
      consumes: ['text/plain'],
      params: OneMicrocloud,
      body: { content: { 'text/plain': { schema: Type.String({ description: 'C2SP tlog-proof' }) } } },
      response: { 200: ProofVerified, ...problems },
    };
    app.post('/api/microclouds/:id/proofs', { schema: handingIn }, async ({ params, body }) => {
      if (typeof body === 'string') return labs.handIn(params.id, body);
      throw new CodedError({
        status: 415,
        code: 'media-type-unsupported',
        detail: 'This call takes the text of a proof.',
        todo: 'Send it with content-type: text/plain.',
        field: 'content-type',
      });
    });
  };
}
