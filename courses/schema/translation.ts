import { z } from 'zod';
import { SOURCE_LOCALE, Text } from './text.ts';

/** Found in the front matter of every file that is not in the source language. */
export const Translation = z.strictObject({
  of: z.literal(SOURCE_LOCALE),
  /** First 16 hexadecimal digits of the SHA-256 of what was translated; written by `npm run content -- --stamp`. */
  sourceHash: z.string().regex(/^[0-9a-f]{16}$/, 'run "npm run content -- --stamp" once the translation is up to date'),
  /** Who answers for it: a person, a group, or "machine" for output nobody has edited. */
  by: Text,
  /** Second reader, when there was one. */
  reviewedBy: Text.optional(),
});
export type Translation = z.infer<typeof Translation>;
