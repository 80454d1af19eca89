import type { FastifyBodyParser, FastifyInstance } from 'fastify';
import { CodedError } from '../coded-error.ts';

/** Fastify's own parser, which refuses `__proto__`, with an error that says where the JSON is wrong. */
export function jsonParser(app: Pick<FastifyInstance, 'getDefaultJsonParser'>): FastifyBodyParser<string> {
  const parse = app.getDefaultJsonParser('error', 'error');
  return (request, body, done) => {
    void parse(request, body, (error, value) => {
      if (!error) done(null, value);
      else done(body === '' ? error : malformed(body, error));
    });
  };
}

function malformed(body: string, cause: Error): CodedError {
  const message = reasonOf(body);
  const place = /line (\d+) column (\d+)/.exec(message);
  return new CodedError({
    status: 400,
    code: 'json-malformed',
    detail: `The body is not JSON that can be taken: ${message}.`,
    todo: 'Correct it and send it again; nothing was changed.',
    field: 'body',
    ...(place && { line: Number(place[1]), column: Number(place[2]) }),
    cause,
  });
}

function reasonOf(body: string): string {
  try {
    JSON.parse(body);
    return 'it has a member named __proto__ or constructor.prototype';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
