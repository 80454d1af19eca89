import { LOCALES, type Locale } from './locales.ts';

/** Addresses of the site's pages. All end in a slash, so that any static server finds them. */
export const paths = {
  home: (locale: Locale) => `/${locale}/`,
  courses: (locale: Locale) => `/${locale}/learn/`,
  course: (locale: Locale, course: string) => `/${locale}/learn/${course}/`,
  lesson: (locale: Locale, course: string, lesson: string) => `/${locale}/learn/${course}/${lesson}/`,
  labs: (locale: Locale) => `/${locale}/labs/`,
  lab: (locale: Locale, lab: string) => `/${locale}/labs/${lab}/`,
  glossary: (locale: Locale) => `/${locale}/glossary/`,
  term: (locale: Locale, term: string) => `/${locale}/glossary/#${term}`,
  verify: (locale: Locale) => `/${locale}/verify/`,
  about: (locale: Locale) => `/${locale}/about/`,
} as const;

/** The same page in another language. */
export function inLocale(pathname: string, locale: Locale): string {
  const [, first = '', ...rest] = pathname.split('/');
  return LOCALES.some((known) => known === first) ? `/${[locale, ...rest].join('/')}` : paths.home(locale);
}

/** For `getStaticPaths`: one page per language. */
export const localePaths = () => LOCALES.map((locale) => ({ params: { locale }, props: { locale } }));
