import { type Finding, fieldName, lineOf } from '../schema/readable-error.ts';
import { LOCALES, SOURCE_LOCALE } from '../schema/text.ts';
import type { Data } from './document.ts';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Calls back with every string-per-language inside a parsed file. */
export function eachLocalized(
  value: unknown,
  found: (path: readonly PropertyKey[], strings: Record<string, unknown>) => void,
  path: readonly PropertyKey[] = [],
): void {
  if (Array.isArray(value)) {
    value.forEach((item, index) => {
      eachLocalized(item, found, [...path, index]);
    });
  } else if (isRecord(value)) {
    if (typeof value[SOURCE_LOCALE] === 'string') found(path, value);
    else for (const [key, item] of Object.entries(value)) eachLocalized(item, found, [...path, key]);
  }
}

/** Every string in every language, and no language that nobody asked for. */
export function missingLocales({ file, data, places }: Data<unknown>): Finding[] {
  const findings: Finding[] = [];
  eachLocalized(data, (path, strings) => {
    const line = lineOf(places, path);
    for (const locale of LOCALES) {
      if (typeof strings[locale] !== 'string') {
        findings.push({ file, line, message: `${fieldName(path)}: add "${locale}:", the text in that language` });
      }
    }
    for (const locale of Object.keys(strings)) {
      if (!LOCALES.some((known) => known === locale)) {
        findings.push({ file, line, message: `${fieldName(path)}: "${locale}" is not one of ${LOCALES.join(', ')}` });
      }
    }
  });
  return findings;
}
