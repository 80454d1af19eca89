import { type Static, Type } from 'typebox';

/** An entry of the catalogue with what is installed of it. Sizes in bytes. */
export const ModelView = Type.Object({
  id: Type.String({ pattern: '^[a-z0-9][a-z0-9.-]*$' }),
  title: Type.String(),
  summary: Type.Record(Type.String(), Type.String(), { description: 'one sentence per locale' }),
  origin: Type.Object({
    maker: Type.String(),
    jurisdiction: Type.String({ description: 'ISO 3166-1 alpha-2 of the maker, or "local"' }),
    source: Type.String({ description: 'hub repository, or "shipped", or "imported"' }),
  }),
  licence: Type.Object({
    id: Type.String({ description: 'SPDX id or "unknown"' }),
    open: Type.Boolean(),
    text: Type.Optional(Type.String()),
  }),
  languages: Type.Array(Type.String({ description: 'BCP 47' })),
  parameters: Type.Optional(Type.Integer({ minimum: 1 })),
  sizeBytes: Type.Integer({ minimum: 1 }),
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  state: Type.Union([
    Type.Literal('available'),
    Type.Literal('pulling'),
    Type.Literal('installed'),
    Type.Literal('damaged'),
  ]),
  licenceAccepted: Type.Boolean(),
  pull: Type.Optional(
    Type.Object({ receivedBytes: Type.Integer({ minimum: 0 }), totalBytes: Type.Integer({ minimum: 1 }) }),
  ),
  card: Type.Optional(Type.String({ description: 'the model card, Markdown' })),
});
export type ModelView = Static<typeof ModelView>;
