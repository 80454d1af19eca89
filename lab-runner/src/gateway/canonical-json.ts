type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * Canonical JSON as RFC 8785 has it: keys in order of their UTF-16 units, no spaces. Numbers and strings are written as
 * ECMAScript writes them, which is what the RFC demands; members that are undefined are left out.
 */
export function canonicalJson(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  let text = '';
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member !== undefined) text += `${text === '' ? '' : ','}${written(key)}:${canonicalJson(member)}`;
  }
  return `{${text}}`;
}

const isArray = (value: object): value is readonly Json[] => Array.isArray(value);

/** Keys are few and come again with every entry. */
const keys = new Map<string, string>();

function written(key: string): string {
  const known = keys.get(key);
  if (known !== undefined) return known;
  const text = JSON.stringify(key);
  if (keys.size < 1000) keys.set(key, text);
  return text;
}
