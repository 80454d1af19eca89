import { type Static, Type } from 'typebox';

/**
 * Every error the runner answers under `/api`: RFC 9457 `application/problem+json`, with a stable `code`,
 * the `field` at fault when there is one, and `todo`: what the reader can do now.
 */
export const Problem = Type.Object({
  type: Type.String({ description: 'URN of the code, e.g. urn:terroir:model-not-found' }),
  title: Type.String(),
  status: Type.Integer({ minimum: 400, maximum: 599 }),
  code: Type.String({ description: 'kebab-case, stable across versions' }),
  detail: Type.String(),
  todo: Type.String({ description: 'what to do about it' }),
  field: Type.Optional(Type.String({ description: 'JSON path or name of the input at fault' })),
  line: Type.Optional(Type.Integer({ minimum: 1 })),
  column: Type.Optional(Type.Integer({ minimum: 1 })),
});
export type Problem = Static<typeof Problem>;
