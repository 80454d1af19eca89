import { Budget } from './budget.ts';
import { holdsEmail } from './email.ts';
import { withoutIbans } from './iban.ts';
import { holdsLetteredId, isNationalId } from './national-id.ts';
import { eachNumber, type NumberCandidate } from './number-candidates.ts';
import { isPaymentCard } from './payment-card.ts';
import { holdsInternationalPhone, isNationalPhone } from './phone.ts';
import { isWorthReading, plainText } from './plain-text.ts';

/** `unexamined`: the text holds more numbers than the budget allows to look at, so that it cannot be said to be free of them. */
export type PersonalDataKind = 'email' | 'phone' | 'iban' | 'national-id' | 'payment-card' | 'unexamined';

/** Six digits, near each other: the least that any number looked for here holds. */
const ENOUGH_DIGITS = /\d(?:[ .\-/+()]{0,3}[A-Za-z]?\d){5}/;

/** The kinds of personal data found, sorted. Never the values: nothing of the text leaves this function. */
export function detectPersonalData(texts: Iterable<string>, budget = new Budget()): readonly PersonalDataKind[] {
  const found = new Set<PersonalDataKind>();
  for (const text of texts) if (isWorthReading(text)) examine(plainText(text), found, budget);
  if (budget.exhausted) found.add('unexamined');
  return [...found].sort();
}

function examine(whole: string, found: Set<PersonalDataKind>, budget: Budget): void {
  if (!found.has('email') && holdsEmail(whole, budget)) found.add('email');
  if (!ENOUGH_DIGITS.test(whole)) return;
  const text = withoutIbans(whole, budget);
  if (text !== whole) found.add('iban');
  if (!found.has('national-id') && holdsLetteredId(text, budget)) found.add('national-id');
  if (!found.has('phone') && holdsInternationalPhone(text, budget)) found.add('phone');
  eachNumber(text, budget, (candidate) => {
    const kind = kindOf(candidate, text, budget);
    if (kind !== undefined) found.add(kind);
    return kind !== undefined;
  });
}

function kindOf(candidate: NumberCandidate, text: string, budget: Budget): PersonalDataKind | undefined {
  if (isPaymentCard(candidate)) return 'payment-card';
  if (isNationalId(candidate, text)) return 'national-id';
  if (isNationalPhone(candidate, text, budget)) return 'phone';
  return undefined;
}
