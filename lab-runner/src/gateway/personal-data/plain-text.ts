/** A text without any of these holds nothing that is looked for here: digits of scripts in use in Europe, and at signs. */
const WORTH_READING = /[0-9@\u0660-\u0669\u06f0-\u06f9\uff10-\uff19\uff20]/;
const BEYOND_ASCII = /[\u0080-\uffff]/;
const OTHER_FORMS = /[\u00a0\u00ad\u2000-\u2015\u202f\u2060\u2212\u3000\ufeff\u0660-\u0669\u06f0-\u06f9\uff0b-\uff20]/g;

export function isWorthReading(text: string): boolean {
  return WORTH_READING.test(text);
}

/** The same text with digits, spaces, dashes and at signs in their ASCII form, so that no detector has to know the others. */
export function plainText(text: string): string {
  return BEYOND_ASCII.test(text) ? text.replace(OTHER_FORMS, asciiForm) : text;
}

function asciiForm(character: string): string {
  const code = character.charCodeAt(0);
  if (code >= 0x0660 && code <= 0x0669) return String(code - 0x0660);
  if (code >= 0x06f0 && code <= 0x06f9) return String(code - 0x06f0);
  if (code >= 0xff0b) return code === 0xfeff ? '' : String.fromCharCode(code - 0xfee0);
  if (code === 0x2212 || (code >= 0x2010 && code <= 0x2015)) return '-';
  // Soft hyphens, zero-width spaces and joiners are not seen by a reader.
  if (code === 0x00ad || code === 0x2060 || (code >= 0x200b && code <= 0x200f)) return '';
  return ' ';
}
