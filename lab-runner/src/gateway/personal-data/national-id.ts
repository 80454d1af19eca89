import { stdnum, type Validator } from 'stdnum';
import type { Budget } from './budget.ts';
import type { NumberCandidate } from './number-candidates.ts';

/**
 * How a country's number is recognised before its check digits are computed. `shape` matches the lengths of its groups;
 * where the check digits are weak, `separator` or `after` (a word before the number) must tell it from other numbers.
 */
interface NumericId {
  readonly validator: Validator | undefined;
  readonly digits: RegExp;
  readonly shape?: RegExp;
  readonly separator?: string;
  readonly after?: RegExp;
  readonly also?: (digits: string) => boolean;
}

const ids = (country: string, name: string): Validator | undefined => stdnum[country]?.[name];
const ONE_PIECE = /^\d+$/;

const NUMERIC: readonly NumericId[] = [
  { validator: ids('FR', 'nir'), digits: /^[1-478]\d{14}$/ },
  { validator: ids('BE', 'nn'), digits: /^\d{11}$/, shape: /^(?:11|6-3-2|2-2-2-3-2|6-5)$/ },
  { validator: ids('DE', 'idnr'), digits: /^[1-9]\d{10}$/, shape: ONE_PIECE, also: repeatsOneDigit },
  { validator: ids('DE', 'idnr'), digits: /^[1-9]\d{10}$/, after: /steuer|id-?nr|\btin\b/i },
  { validator: ids('PL', 'pesel'), digits: /^\d{11}$/, shape: ONE_PIECE },
  { validator: ids('EE', 'ik'), digits: /^[1-8]\d{10}$/, shape: ONE_PIECE },
  { validator: ids('LT', 'asmens'), digits: /^[3-6]\d{10}$/, shape: ONE_PIECE },
  { validator: ids('GR', 'amka'), digits: /^\d{11}$/, shape: ONE_PIECE },
  { validator: ids('NO', 'fodselsnummer'), digits: /^\d{11}$/, shape: /^(?:11|6-5)$/ },
  { validator: ids('HR', 'oib'), digits: /^\d{11}$/, after: /\boib\b/i },
  { validator: ids('TR', 'tckimlik'), digits: /^[1-9]\d{10}$/, after: /kimlik/i },
  { validator: ids('LV', 'pvn'), digits: /^[0-3]\d{10}$/, shape: /^6-5$/, separator: '-' },
  { validator: ids('RO', 'cnp'), digits: /^[1-9]\d{12}$/, shape: ONE_PIECE },
  { validator: ids('SI', 'emso'), digits: /^[0-3]\d{12}$/, shape: ONE_PIECE },
  { validator: ids('RS', 'jmbg'), digits: /^[0-3]\d{12}$/, shape: ONE_PIECE },
  { validator: ids('CH', 'ssn'), digits: /^756\d{10}$/ },
  { validator: ids('SE', 'personnummer'), digits: /^\d{10}(?:\d\d)?$/, shape: /^[68]-4$/, separator: '-' },
  { validator: ids('DK', 'cpr'), digits: /^[0-3]\d{9}$/, shape: /^6-4$/, separator: '-' },
  { validator: ids('CZ', 'rc'), digits: /^\d{9,10}$/, shape: /^6-[34]$/, separator: '/' },
  { validator: ids('AT', 'vnr'), digits: /^[1-9]\d{9}$/, after: /svnr|sozialversicherung|versicherungsnummer/i },
  { validator: ids('BG', 'egn'), digits: /^\d{10}$/, after: /\begn\b|егн/i },
  { validator: ids('UA', 'rntrc'), digits: /^\d{10}$/, after: /рнокпп|rnokpp/i },
  { validator: ids('PT', 'nif'), digits: /^[1-3]\d{8}$/, after: /\bnif\b|contribuinte/i },
  { validator: ids('NL', 'bsn'), digits: /^\d{9}$/, after: /\bbsn\b|burgerservice|sofi/i },
  { validator: ids('US', 'ssn'), digits: /^\d{9}$/, shape: /^3-2-4$/, separator: '-' },
  { validator: ids('BR', 'cpf'), digits: /^\d{11}$/, shape: /^3-3-3-2$/ },
];
const ANNOUNCED_WITHIN = 48;

/** Numbers that hold letters. Each pattern has one way to match, so that it costs the same on any text. */
const LETTERED: readonly { readonly validator: Validator | undefined; readonly pattern: RegExp }[] = [
  { validator: ids('ES', 'dni'), pattern: /(?<![\w.-])(?:\d{8}|\d{2}\.\d{3}\.\d{3})-?[A-Z](?![\w])/gi },
  { validator: ids('ES', 'nie'), pattern: /(?<![\w.-])[XYZ]-?\d{7}-?[A-Z](?![\w])/gi },
  {
    validator: ids('IT', 'codicefiscale'),
    pattern: /(?<!\w)[A-Z]{6}[0-9L-NP-V]{2}[A-EHLMPRST][0-9L-NP-V]{2}[A-Z][0-9L-NP-V]{3}[A-Z](?!\w)/gi,
  },
  { validator: ids('FR', 'nir'), pattern: /(?<!\w)[1-478] ?\d{2} ?\d{2} ?2[AB] ?\d{3} ?\d{3} ?\d{2}(?!\w)/gi },
  { validator: ids('GB', 'nino'), pattern: /(?<!\w)[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D](?!\w)/g },
  { validator: ids('IE', 'pps'), pattern: /(?<![\w.-])\d{7}[A-W][A-IW]?(?!\w)/gi },
  { validator: ids('FI', 'hetu'), pattern: /(?<![\w.-])\d{6}[-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y](?!\w)/gi },
];

/** Of the first ten digits of a German IdNr, exactly one occurs twice or thrice; the library lets others pass. */
function repeatsOneDigit(digits: string): boolean {
  const first = digits.slice(0, 10);
  const repeated = [...new Set(first)].map((digit) => first.split(digit).length - 1).filter((count) => count > 1);
  return repeated.length === 1 && (repeated[0] ?? 0) <= 3;
}

export function isNationalId({ digits, shape, written, start }: NumberCandidate, text: string): boolean {
  if (digits.length < 9 || digits.length > 15) return false;
  return NUMERIC.some((id) => {
    if (!id.digits.test(digits) || (id.shape && !id.shape.test(shape))) return false;
    if (id.separator && !written.includes(id.separator)) return false;
    if (id.after && !id.after.test(text.slice(Math.max(0, start - ANNOUNCED_WITHIN), start))) return false;
    if (id.also && !id.also(digits)) return false;
    // In some, the separator tells the century.
    return id.validator?.validate(id.separator ? written : digits).isValid ?? false;
  });
}

export function holdsLetteredId(text: string, budget: Budget): boolean {
  return LETTERED.some(({ validator, pattern }) => {
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      if (!budget.take()) return false;
      if (validator?.validate(match[0].toUpperCase()).isValid) return true;
    }
    return false;
  });
}
