import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { validatePolicy } from './validate-policy.ts';

const shipped = readFileSync(new URL('./default-policy.cedar', import.meta.url), 'utf8');
const rule = (id: string) => `@id("${id}") permit (principal, action, resource);\n`;

test('the policies that ship are valid, in the order of their text, each with a reason in English and French', () => {
  const validation = validatePolicy(shipped);
  if (!validation.valid) throw new Error(validation.problems[0].message);
  expect(validation.policies.map(({ id }) => id)).toEqual(['everyone-may-ask', 'token-ceiling', 'no-personal-data']);
  for (const { effect, annotations } of validation.policies.filter((policy) => policy.effect === 'forbid')) {
    expect(effect).toBe('forbid');
    expect(Object.keys(annotations)).toEqual(expect.arrayContaining(['reason', 'reason_en', 'reason_fr']));
  }
});

test('policies keep the order of their text beyond ten, and those without an id get one', () => {
  const ids = Array.from({ length: 12 }, (_, at) => `rule-${at}`);
  const text = `${ids.map(rule).join('')}permit (principal, action, resource);`;
  const validation = validatePolicy(text);
  expect(validation.valid && validation.policies.map(({ id }) => id)).toEqual([...ids, 'policy12']);
});

test('the first fault in the text comes first, counted in characters', () => {
  const wrong = (name: string) => `permit (principal, action, resource) when { "é" == "é" && context.${name} };\n`;
  const text = `// « é »\n${rule('a')}${wrong('b')}${wrong('c')}`;
  const validation = validatePolicy(text);
  expect(validation).toMatchObject({ valid: false, problems: [{ line: 3, column: 59 }, { line: 4 }] });
});

test.each([
  ['an id that could not be shown', '@id("no spaces please") permit (principal, action, resource);', 'is not allowed'],
  ['an empty id', '@id("") permit (principal, action, resource);', 'is not allowed'],
  ['too many policies', Array.from({ length: 201 }, (_, at) => rule(`r${at}`)).join(''), '200 policies'],
  ['too long a text', `// ${'x'.repeat(262_144)}`, '262144 bytes'],
])('refuses %s', (_, text, said) => {
  expect(validatePolicy(text)).toMatchObject({
    valid: false,
    problems: [{ code: 'policy-type', message: expect.stringContaining(said) }],
  });
});

test('what Cedar would only find out while deciding is found out before', () => {
  expect(validatePolicy('forbid (principal, action, resource) when { context.maxToken > 1 };')).toMatchObject({
    valid: false,
    problems: [{ code: 'policy-type', help: 'did you mean `maxTokens`?' }],
  });
});
