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
    quantisedBy: Type.Optional(Type.String({ description: 'who made this file, when it was not the maker' })),
  }),
  licence: Type.Object({
    id: Type.String({ description: 'SPDX id or "unknown"' }),
    open: Type.Boolean(),
    url: Type.Optional(Type.String()),
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
  /** Present while pulling, and while `available` with a part kept from a pull that was cut or cancelled. */
  pull: Type.Optional(
    Type.Object({ receivedBytes: Type.Integer({ minimum: 0 }), totalBytes: Type.Integer({ minimum: 1 }) }),
  ),
  /** Why the last pull failed or the file is damaged, until the next attempt. */
  problem: Type.Optional(Type.Object({ code: Type.String(), detail: Type.String(), todo: Type.String() })),
  card: Type.Optional(Type.String({ description: 'the model card, Markdown' })),
});
export type ModelView = Static<typeof ModelView>;

/** What `GET /api/models/events` sends; the `event:` is the `type` here. A `snapshot` comes first after every connection. */
export const ModelEvent = Type.Union([
  Type.Object({ type: Type.Literal('snapshot'), models: Type.Array(ModelView) }),
  Type.Object({ type: Type.Literal('model'), model: ModelView }),
  Type.Object({ type: Type.Literal('removed'), id: Type.String() }),
]);
export type ModelEvent = Static<typeof ModelEvent>;
