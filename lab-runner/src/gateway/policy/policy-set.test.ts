import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type InferRequest, preparePolicySet } from './policy-set.ts';
import { refusalReason } from './reason.ts';

const shipped = readFileSync(new URL('./default-policy.cedar', import.meta.url), 'utf8');
const asking = (more: Partial<InferRequest> = {}): InferRequest => ({
  learner: 'm1',
  model: 'seedling',
  language: 'en',
  maxTokens: 100,
  personalData: [],
  promptTokens: 10,
  stream: false,
  ...more,
});

describe('the shipped policies', () => {
  const set = preparePolicySet(shipped, 'shipped');
  test.each([
    [{}, 'allow', ['everyone-may-ask']],
    [{ maxTokens: 1024 }, 'allow', ['everyone-may-ask']],
    [{ maxTokens: 1025 }, 'deny', ['token-ceiling']],
    [{ personalData: ['phone'] }, 'deny', ['no-personal-data']],
    [{ personalData: ['unexamined'] }, 'deny', ['no-personal-data']],
    [{ maxTokens: 9999, personalData: ['email', 'iban'] }, 'deny', ['token-ceiling', 'no-personal-data']],
  ] as const)('%o: %s by %o', (request, outcome, policies) => {
    expect(set.decide(asking(request))).toEqual({ outcome, policies });
  });
});

test.each([
  ['language', 'context.language == "fr"', { language: 'fr' }],
  ['promptTokens', 'context.promptTokens > 50', { promptTokens: 51 }],
  ['stream', 'context.stream', { stream: true }],
  ['an attribute in brackets', 'context["promptTokens"] > 50', { promptTokens: 51 }],
  ['the presence of an attribute', 'context has stream && context.stream', { stream: true }],
  ['model', 'resource == Model::"oak"', { model: 'oak' }],
  ['principal', 'principal == Learner::"m2"', { learner: 'm2' }],
] as const)('a policy can decide on %s', (_, condition, request) => {
  const set = preparePolicySet(`@id("only") permit (principal, action, resource) when { ${condition} };`, 'a');
  expect(set.problem).toBeUndefined();
  expect(set.decide(asking(request)).outcome).toBe('allow');
  expect(set.decide(asking()).outcome).toBe('deny');
});

test('one set can be prepared while the other is in force', () => {
  const old = preparePolicySet('@id("old") permit (principal, action, resource);', 'a');
  const next = preparePolicySet('@id("next") permit (principal, action, resource);', 'b');
  expect(old.decide(asking()).policies).toEqual(['old']);
  expect(next.decide(asking()).policies).toEqual(['next']);
  expect(preparePolicySet('nonsense', 'b').decide(asking())).toMatchObject({
    outcome: 'deny',
    policies: ['fail-closed'],
  });
  expect(old.decide(asking()).policies).toEqual(['old']);
});

test('what cannot be handed to Cedar is refused', () => {
  const set = preparePolicySet(shipped, 'a');
  expect(set.decide(asking({ maxTokens: 1.5 }))).toMatchObject({
    outcome: 'deny',
    policies: ['fail-closed'],
    failure: expect.any(String),
  });
});

describe('the reason of a refusal', () => {
  const text = `permit (principal, action, resource);
@id("both") @reason("plain {maxTokens}") @reason_en("English {personalData}") @reason_fr("français : {personalData}")
forbid (principal, action, resource) when { context.maxTokens == 1 };
@id("bare") @reason("only this, {unknown}")
forbid (principal, action, resource) when { context.maxTokens == 2 };
@id("silent") forbid (principal, action, resource) when { context.maxTokens == 3 };
@id("regional") @reason_pt_br("brasileiro") @reason_en("English")
forbid (principal, action, resource) when { context.maxTokens == 4 };`;
  const set = preparePolicySet(text, 'reasons');
  test.each([
    [
      1,
      ['fr-ca', 'en'],
      { text: 'français : une adresse électronique, un numéro de compte bancaire (IBAN)', language: 'fr' },
    ],
    [1, ['en'], { text: 'English an e-mail address, a bank account number (IBAN)', language: 'en' }],
    [
      1,
      ['ar', 'fr'],
      { text: 'français : une adresse électronique, un numéro de compte bancaire (IBAN)', language: 'fr' },
    ],
    [1, ['ar'], { text: 'plain 1' }],
    [2, ['fr'], { text: 'only this, {unknown}' }],
    [3, ['fr'], { text: 'La règle « silent » de ce micro-cloud refuse cette demande.', language: 'fr' }],
    [3, ['ar'], { text: 'The rule “silent” of this micro-cloud refuses this request.', language: 'en' }],
    [4, ['pt-br'], { text: 'brasileiro', language: 'pt-br' }],
    [4, ['pt'], { text: 'English', language: 'en' }],
  ] as const)('of policy %i for readers of %o', (maxTokens, [first, ...others], reason) => {
    const request = asking({ maxTokens, personalData: ['email', 'iban'] });
    expect(refusalReason(set, set.decide(request), request, [first, ...others])).toEqual(reason);
  });
});
