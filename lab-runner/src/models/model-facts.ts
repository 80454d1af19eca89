import { LOCALES } from '@terroir/labs/contract/locale.ts';
import { type Static, Type } from 'typebox';

const ModelId = Type.String({ pattern: '^[a-z0-9][a-z0-9.-]*$', maxLength: 100 });
export const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });

const Sentence = Type.String({ minLength: 1, maxLength: 400 });

/** What is said of a model wherever it came from: catalogue, shipped or imported. */
export const ModelFacts = Type.Object({
  id: ModelId,
  title: Type.String({ minLength: 1, maxLength: 200 }),
  /** One sentence per locale; every locale of the product is there. */
  summary: Type.Object(Object.fromEntries(LOCALES.map((locale) => [locale, Sentence]))),
  licence: Type.Object({
    /** SPDX id, `LicenseRef-…`, or "unknown". */
    id: Type.String({ minLength: 1 }),
    open: Type.Boolean(),
    url: Type.Optional(Type.String({ pattern: '^https?://' })),
  }),
  languages: Type.Array(Type.String({ pattern: '^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$' })),
  /** As the maker states it, so usually rounded. */
  parameters: Type.Optional(Type.Integer({ minimum: 1 })),
});
export type ModelFacts = Static<typeof ModelFacts>;

export const ModelOrigin = Type.Object({
  maker: Type.String({ minLength: 1 }),
  /** ISO 3166-1 alpha-2 (EU is reserved there for the Union), or "local". */
  jurisdiction: Type.String({ pattern: '^([A-Z]{2}|local)$' }),
  /** The maker's repository on the hub, or "imported". */
  source: Type.String({ minLength: 1 }),
  /** Who made this file, when it was not the maker. */
  quantisedBy: Type.Optional(Type.String({ minLength: 1 })),
});
