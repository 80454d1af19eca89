import { LOCALES, type Locale } from '@terroir/labs/contract/locale.ts';

export { LOCALES, type Locale };

/** The language that courses are written in first, and that a missing translation falls back to. */
export const SOURCE_LOCALE: Locale = LOCALES[0];

interface Language {
  /** What its speakers call it. */
  readonly name: string;
  readonly dir: 'ltr' | 'rtl';
  /** Whose way of writing dates and numbers it takes, as a BCP 47 tag. */
  readonly formats: string;
}

export const languages: Readonly<Record<Locale, Language>> = {
  en: { name: 'English', dir: 'ltr', formats: 'en-GB' },
  fr: { name: 'Français', dir: 'ltr', formats: 'fr-FR' },
};

/** Attributes for an element whose words are in `locale`. */
export function languageOf(locale: Locale): { lang: Locale; dir: 'ltr' | 'rtl' } {
  return { lang: locale, dir: languages[locale].dir };
}

/** The string of `locale`, or the source's with its own language, from data that holds one string per language. */
export function pick(texts: Readonly<Record<string, string>>, locale: Locale): { text: string; locale: Locale } {
  const text = texts[locale];
  if (text !== undefined) return { text, locale };
  return { text: texts[SOURCE_LOCALE] ?? '', locale: SOURCE_LOCALE };
}
