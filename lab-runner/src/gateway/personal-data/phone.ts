import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { Budget } from './budget.ts';
import type { NumberCandidate } from './number-candidates.ts';

/** Countries whose numbers are written with a leading zero at home: the zero is what tells them from other numbers. */
const WITH_TRUNK_ZERO: readonly CountryCode[] = [
  'FR',
  'BE',
  'DE',
  'CH',
  'NL',
  'GB',
  'IT',
  'AT',
  'IE',
  'RO',
  'SE',
  'FI',
  'MA',
  'DZ',
];
/** Countries whose numbers look like any other number: taken only after a word that announces a telephone. */
const WITHOUT_TRUNK_ZERO: readonly CountryCode[] = [
  'ES',
  'PT',
  'PL',
  'CZ',
  'DK',
  'NO',
  'GR',
  'LU',
  'HU',
  'LT',
  'LV',
  'EE',
];
const ANNOUNCED =
  /(?:t[ée]l(?:[ée]ph?|[ée]f)?|phone|mobile?\b|m[óo]vil|cell|portable|gsm|handy|whats ?app|sms|\bfax|\bcall|\bring|appel|joindre|ll[áa]m|anruf)[^\d]{0,24}$/iu;
const ANNOUNCED_WITHIN = 48;
const INTERNATIONAL = /(?:\+|(?<![\d.,])00)[ ]?[1-9](?:[ .\-/()]{0,3}\d){6,14}/g;

/** Numbers with their country code, as in `+33 6 …` or `0033 6 …`. */
export function holdsInternationalPhone(text: string, budget: Budget): boolean {
  if (!text.includes('+') && !text.includes('00')) return false;
  INTERNATIONAL.lastIndex = 0;
  for (let match = INTERNATIONAL.exec(text); match !== null; match = INTERNATIONAL.exec(text)) {
    let written = match[0].replace(/^00/, '+');
    // The number may be followed by another: give up its last groups one by one.
    while (written.length >= 8) {
      if (!budget.takeDear()) return false;
      if (parsePhoneNumberFromString(written)?.isValid()) return true;
      const shorter = written.replace(/[ .\-/()]{1,3}\d+$/, '');
      if (shorter === written) break;
      written = shorter;
    }
    INTERNATIONAL.lastIndex = match.index + 2;
  }
  return false;
}

/** Numbers as people write them at home, in the countries above and, with brackets or dashes, in North America. */
export function isNationalPhone(candidate: NumberCandidate, text: string, budget: Budget): boolean {
  const { digits, shape, written, start } = candidate;
  if (digits.length > 12 || isDate(candidate) || isAddress(candidate)) return false;
  if (digits.startsWith('0') && !digits.startsWith('00') && digits.length >= 9)
    return WITH_TRUNK_ZERO.some((country) => budget.takeDear() && isWrittenAsIn(country, written, shape));
  if (shape === '3-3-4' && /[-()]/.test(written + (text[start - 1] ?? '')))
    return budget.takeDear() && isValidIn('US', written);
  if (/^[2-9]/.test(digits) && ANNOUNCED.test(text.slice(Math.max(0, start - ANNOUNCED_WITHIN), start)))
    return WITHOUT_TRUNK_ZERO.some((country) => budget.takeDear() && isValidIn(country, written));
  return false;
}

function isValidIn(country: CountryCode, written: string): boolean {
  return parsePhoneNumberFromString(written, country)?.isValid() ?? false;
}

/** Valid, and grouped as telephone numbers are: in one piece, in pairs, or with the country's own first group. */
function isWrittenAsIn(country: CountryCode, written: string, shape: string): boolean {
  const number = parsePhoneNumberFromString(written, country);
  if (!number?.isValid()) return false;
  if (/^(?:\d+|[23](?:-2)+|4-2-2-2|4-3-3|2-4-4)$/.test(shape)) return true;
  const firstGroup = /\d+/.exec(number.formatNational())?.[0] ?? '';
  return shape.startsWith(`${firstGroup.length}-`);
}

/** `01.02.2024 10`, which is also a French number to the digit. */
function isDate({ written }: NumberCandidate): boolean {
  return /^(?:(?:0?[1-9]|[12]\d|3[01])[ ./-])?(?:0?[1-9]|[12]\d|3[01])[ ./-](?:19|20)\d\d(?!\d)/.test(written);
}

/** `010.020.030.040` on a network. */
function isAddress({ shape, written }: NumberCandidate): boolean {
  return shape === '3-3-3-3' && /^[\d.]+$/.test(written);
}
