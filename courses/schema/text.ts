import { z } from 'zod';

/** The languages that every course must speak, as BCP 47 tags. The first is the source of the translations. */
export const LOCALES = ['en', 'fr'] as const;
export type Locale = (typeof LOCALES)[number];
export const SOURCE_LOCALE: Locale = 'en';

/** Language-neutral name of a thing. Never translated, never reused: learners' progress is kept under it. */
export const Id = z
  .string()
  .regex(/^[a-z][a-z0-9-]*$/, 'use lower-case letters, digits and hyphens, e.g. "open-weights"');

export const Text = z.string().trim().min(1, 'write something here');

/**
 * A string per language. The source language is required here; the content lint asks for the others, so that a page can still
 * be built (with a fallback notice) while a translation is being written.
 */
export const LocalizedText = z.object({ en: Text }).catchall(Text);
export type LocalizedText = z.infer<typeof LocalizedText>;

export const Level = z.enum(['introductory', 'intermediate', 'advanced']);
export type Level = z.infer<typeof Level>;

/** Some YAML readers turn 2024-06-13 into a Date and 2013 into a number; here a date is its ISO 8601 text. */
const asText = (value: unknown): unknown => {
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  return typeof value === 'number' ? String(value) : value;
};

const isRealDay = (text: string): boolean => {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
};

/** A day, `YYYY-MM-DD`. */
export const IsoDay = z.preprocess(asText, z.string().refine(isRealDay, 'write a day as YYYY-MM-DD'));

/** A day, or only a year where the day of publication is not known. */
export const IsoDayOrYear = z.preprocess(
  asText,
  z.string().refine((text) => /^\d{4}$/.test(text) || isRealDay(text), 'write a day as YYYY-MM-DD, or a year as YYYY'),
);
