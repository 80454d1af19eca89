import { z } from 'zod';
import { Id, IsoDay, IsoDayOrYear, Text } from './text.ts';

/**
 * What a claim rests on. A document that never changes (a law, a judgment, an RFC, a paper) carries its `reference`;
 * a page that may change carries `accessed`, the day somebody last read it there. One of them must be present.
 */
export const Source = z
  .strictObject({
    id: Id,
    title: Text,
    publisher: Text,
    url: z.url({ protocol: /^https$/, error: 'give a full https:// address' }),
    published: IsoDayOrYear,
    /** Official number: "Regulation (EU) 2016/679", "RFC 6962", "ECLI:EU:C:2020:559". */
    reference: Text.optional(),
    accessed: IsoDay.optional(),
  })
  .refine((source) => source.reference !== undefined || source.accessed !== undefined, {
    path: ['accessed'],
    error:
      'give "accessed" (the day you read this page), or "reference" when it is a fixed document with an official number',
  });
export type Source = z.infer<typeof Source>;
