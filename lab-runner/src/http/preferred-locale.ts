import { LOCALES, type Locale } from '@terroir/labs/contract/locale.ts';

/**
 * The language to greet somebody in, from `Accept-Language` (RFC 9110 §12.5.4; lookup as RFC 4647 §3.4, on the primary
 * subtag). The source language when none fits.
 */
export function preferredLocale(header: string | undefined): Locale {
  const wanted = (header ?? '')
    .split(',')
    .map((item, order) => {
      const [tag = '', ...parameters] = item.trim().toLowerCase().split(';');
      const weight = parameters.map((parameter) => /^\s*q=([\d.]+)\s*$/.exec(parameter)?.[1]).find(Boolean);
      return { primary: tag.split('-')[0], weight: weight === undefined ? 1 : Number(weight), order };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || a.order - b.order);
  for (const { primary } of wanted) {
    const found = LOCALES.find((locale) => locale === primary);
    if (found) return found;
  }
  return LOCALES[0];
}
