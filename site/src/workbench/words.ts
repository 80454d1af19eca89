import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { en, type WorkbenchStrings } from './strings/en.ts';
import { fr } from './strings/fr.ts';

const ALL: Readonly<Record<string, WorkbenchStrings>> = { en, fr };

export interface Words {
  readonly locale: string;
  readonly say: WorkbenchStrings;
}

export const wordsOf = (locale: string): Words => ({ locale, say: ALL[locale] ?? en });

const WordsContext = createContext<Words>(wordsOf('en'));
export const WordsProvider = WordsContext.Provider;
export const useWords = (): Words => useContext(WordsContext);

/** `fill('{done} of {all}', {done: 1, all: 7})` → "1 of 7". A name with no value stays as it is, so that it is seen. */
export function fill(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** Bytes in the reader's own notation, in decimal units as disks and downloads are sold. */
export function formatBytes(bytes: number, locale: string): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)));
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: units[power] ?? 'byte',
    maximumFractionDigits: power < 2 ? 0 : 1,
  }).format(bytes / 1000 ** power);
}

export const formatTime = (iso: string, locale: string): string =>
  new Intl.DateTimeFormat(locale, { timeStyle: 'medium' }).format(new Date(iso));
