import { type CollectionEntry, getCollection } from 'astro:content';
import { LOCALES, type Locale, SOURCE_LOCALE } from '../i18n/locales.ts';

export interface TermView {
  readonly id: string;
  readonly locale: Locale;
  readonly entry: CollectionEntry<'glossary'>;
}

/** Every term, in `locale` as far as it is translated, in that language's alphabetical order. */
export async function termsIn(locale: Locale): Promise<TermView[]> {
  const entries = new Map((await getCollection('glossary')).map((entry) => [entry.id, entry]));
  const ids = new Set([...entries.keys()].map((id) => id.slice(0, id.lastIndexOf('/'))));
  const terms = [...ids].flatMap((id): TermView[] => {
    for (const tag of [locale, SOURCE_LOCALE, ...LOCALES]) {
      const entry = entries.get(`${id}/${tag}`);
      if (entry) return [{ id, locale: tag, entry }];
    }
    return [];
  });
  const { compare } = new Intl.Collator(locale);
  return terms.sort((a, b) => compare(a.entry.data.term, b.entry.data.term));
}
