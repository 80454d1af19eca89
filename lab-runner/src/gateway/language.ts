/** Language tags in lower case, the most wanted first; never empty. */
export type LanguagePreference = readonly [string, ...string[]];

const DEFAULT: LanguagePreference = ['en'];
const MOST_REMEMBERED = 256;
const remembered = new Map<string, LanguagePreference>();

/** Reads an Accept-Language header (RFC 9110 §12.5.4). Anything unreadable in it is passed over. */
export function readAcceptLanguage(header: string | undefined): LanguagePreference {
  if (header === undefined || header.length > 1000) return DEFAULT;
  const known = remembered.get(header);
  if (known !== undefined) return known;
  const wanted = header
    .split(',')
    .map((part) => /^\s*([a-z]{1,8}(?:-[a-z0-9]{1,8})*)\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?$/i.exec(part))
    .filter((match) => match !== null)
    .map((match) => ({ tag: (match[1] ?? '').toLowerCase(), weight: Number(match[2] ?? 1) }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ tag }) => tag);
  const [first, ...others] = wanted;
  const preference: LanguagePreference = first === undefined ? DEFAULT : [first, ...others];
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  remembered.set(header, preference);
  return preference;
}
