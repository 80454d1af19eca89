import { type Static, Type } from 'typebox';

/** The languages the product speaks, as BCP 47 tags; the first is the source language. */
export const LOCALES = ['en', 'fr'] as const;
export const Locale = Type.Enum([...LOCALES]);
export type Locale = Static<typeof Locale>;
