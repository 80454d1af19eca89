import { z } from 'zod';
import { Id, Text } from './text.ts';
import { Translation } from './translation.ts';

/** Front matter of `courses/glossary/<term>/<locale>.md`; the body says more. */
export const GlossaryTerm = z.strictObject({
  term: Text,
  /** One sentence, shown beside the word in a lesson. */
  short: Text.max(240, 'keep it to one sentence of 240 characters; the rest belongs in the body'),
  /** Related terms. */
  see: z.array(Id).default([]),
  translation: Translation.optional(),
});
export type GlossaryTerm = z.infer<typeof GlossaryTerm>;
