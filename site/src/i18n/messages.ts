import { en, type Messages } from './en.ts';
import { fr } from './fr.ts';
import type { Locale } from './locales.ts';

const messages: Readonly<Record<Locale, Messages>> = { en, fr };

/** Everything the site says, in `locale`. */
export const messagesIn = (locale: Locale): Messages => messages[locale];
