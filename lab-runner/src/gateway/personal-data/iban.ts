import { countrySpecs, isValidIBAN } from 'ibantools';
import type { Budget } from './budget.ts';

const START = /(?<![A-Za-z0-9])([A-Za-z]{2})\d{2}(?=[ -]?[A-Za-z0-9])/g;
const LONGEST_WRITTEN = 70;
const lengths = new Map(Object.entries(countrySpecs).map(([country, { chars }]) => [country, chars ?? 0]));

/**
 * The text without its international bank account numbers, ISO 13616 (the length of their country, and check digits by
 * ISO 7064 mod 97-10), so that their digits are not taken for other numbers. The same string when it holds none.
 */
export function withoutIbans(text: string, budget: Budget): string {
  START.lastIndex = 0;
  let kept = '';
  let keptTo = 0;
  for (let match = START.exec(text); match !== null; match = START.exec(text)) {
    const country = (match[1] ?? '').toUpperCase();
    const length = lengths.get(country) ?? 0;
    if (length === 0) continue;
    if (!budget.take()) break;
    const written = take(text.slice(match.index, match.index + LONGEST_WRITTEN), length);
    if (!isValidIBAN(written.replace(/[ -]/g, '').toUpperCase())) continue;
    kept += `${text.slice(keptTo, match.index)}\n`;
    keptTo = match.index + written.length;
    START.lastIndex = keptTo;
  }
  return keptTo === 0 ? text : kept + text.slice(keptTo);
}

/** Up to and with the `length`th letter or digit, passing over single spaces and dashes; less where anything else comes first. */
function take(text: string, length: number): string {
  let found = 0;
  let index = 0;
  for (; index < text.length && found < length; index++) {
    if (/[A-Za-z0-9]/.test(text[index] ?? '')) found++;
    else if (!/[ -]/.test(text[index] ?? '') || /[ -]/.test(text[index + 1] ?? '')) break;
  }
  return text.slice(0, index);
}
