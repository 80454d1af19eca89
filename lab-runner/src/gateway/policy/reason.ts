import { LOCALES, type Locale } from '@terroir/labs/contract/locale.ts';
import type { LanguagePreference } from '../language.ts';
import type { Decision, InferRequest, PolicySet } from './policy-set.ts';
import { FAIL_CLOSED, IMPLICIT_DENY } from './validate-policy.ts';

/** What the gateway says itself, where no policy's annotation does. */
const FAILED_CLOSED: Readonly<Record<Locale, string>> = {
  en: 'The rules of this micro-cloud could not decide on this request, so it was refused. Tell your trainer: the text of the policy needs mending.',
  fr: 'Les règles de ce micro-cloud n’ont pas pu trancher sur cette demande, elle a donc été refusée. Prévenez votre formateur : le texte de la politique est à réparer.',
};
const NOT_PERMITTED: Readonly<Record<Locale, string>> = {
  en: 'No rule of this micro-cloud permits this request, and what no rule permits is refused.',
  fr: 'Aucune règle de ce micro-cloud n’autorise cette demande, et ce qu’aucune règle n’autorise est refusé.',
};
const UNEXPLAINED: Readonly<Record<Locale, string>> = {
  en: 'The rule “{policy}” of this micro-cloud refuses this request.',
  fr: 'La règle « {policy} » de ce micro-cloud refuse cette demande.',
};
const OWN: ReadonlyMap<string, Readonly<Record<Locale, string>>> = new Map([
  [FAIL_CLOSED, FAILED_CLOSED],
  [IMPLICIT_DENY, NOT_PERMITTED],
]);

const KINDS: Readonly<Record<Locale, Readonly<Record<string, string>>>> = {
  en: {
    email: 'an e-mail address',
    phone: 'a telephone number',
    iban: 'a bank account number (IBAN)',
    'national-id': 'a national identity number',
    'payment-card': 'a payment card number',
    unexamined: 'more numbers than can be examined',
  },
  fr: {
    email: 'une adresse électronique',
    phone: 'un numéro de téléphone',
    iban: 'un numéro de compte bancaire (IBAN)',
    'national-id': 'un numéro d’identité nationale',
    'payment-card': 'un numéro de carte de paiement',
    unexamined: 'plus de nombres qu’il n’est possible d’en examiner',
  },
};

export interface Reason {
  readonly text: string;
  /** BCP 47 tag of the text; absent for a `@reason` that does not say its language. */
  readonly language?: string;
}

/**
 * Why a request is refused, in the first language that both reader and policy know: `@reason_fr`, `@reason_pt_br`, then
 * `@reason`. `{personalData}`, `{maxTokens}`, `{promptTokens}` and `{model}` in an annotation are filled in.
 */
export function refusalReason(
  set: PolicySet,
  decision: Decision,
  request: InferRequest,
  languages: LanguagePreference,
): Reason {
  const policy = decision.policies[0] ?? FAIL_CLOSED;
  const own = OWN.get(policy);
  const found = own ? pick(own, '', languages) : pick(set.annotations(policy), 'reason', languages);
  const { text, language } = found ?? pick(UNEXPLAINED, '', languages) ?? { text: policy };
  const kinds = KINDS[LOCALES.find((locale) => locale === language) ?? 'en'];
  const values: Readonly<Record<string, string>> = {
    policy,
    model: request.model,
    maxTokens: String(request.maxTokens),
    promptTokens: String(request.promptTokens),
    personalData: request.personalData.map((kind) => kinds[kind] ?? kind).join(', '),
  };
  const filled = text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
  return language === undefined ? { text: filled } : { text: filled, language };
}

function pick(
  texts: Readonly<Record<string, string>>,
  prefix: string,
  languages: LanguagePreference,
): Reason | undefined {
  const key = (tag: string) => (prefix === '' ? tag : `${prefix}_${tag.replaceAll('-', '_')}`);
  for (const tag of languages) {
    for (const candidate of [tag, tag.split('-', 1)[0] ?? tag]) {
      const text = texts[key(candidate)];
      if (text !== undefined) return { text, language: candidate };
    }
  }
  const unmarked = texts[prefix];
  if (unmarked !== undefined) return { text: unmarked };
  const english = texts[key('en')];
  return english === undefined ? undefined : { text: english, language: 'en' };
}
