import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { LabManifest } from '../../contract/lab.ts';
import { LOCALES } from '../../contract/locale.ts';

const manifest: unknown = parse(readFileSync(join(import.meta.dirname, 'lab.yaml'), 'utf8'));
const lab = Value.Parse(LabManifest, manifest);
const ids = lab.steps.map((step) => step.id);

it('is a lab as the contract has it', () => {
  expect([...Value.Errors(LabManifest, manifest)]).toEqual([]);
  expect(lab.id).toBe('deploy');
  expect(lab.minutes.least).toBeLessThanOrEqual(lab.minutes.most);
});

it('has steps with ids of their own, each needing only steps before it', () => {
  expect(new Set(ids).size).toBe(ids.length);
  lab.steps.forEach((step, index) => {
    for (const needed of step.needs ?? []) expect(ids.slice(0, index)).toContain(needed);
  });
});

it('asks of the policy only what the shipped policy does not already decide that way', () => {
  const rule = readFileSync(
    join(import.meta.dirname, '../../../lab-runner/src/gateway/policy/default-policy.cedar'),
    'utf8',
  );
  const ceiling = Number(/context\.maxTokens > (\d+)/.exec(rule)?.[1]);
  const check = lab.steps.find((step) => step.id === 'change-the-rule')?.check;
  expect(check).toMatchObject({ kind: 'policy-decides', expect: 'deny' });
  expect(check?.kind === 'policy-decides' && check.request.maxTokens).toBeLessThanOrEqual(ceiling);
  for (const step of lab.steps) {
    if (step.check.kind === 'refused') expect(rule).toContain(`@id("${step.check.policy}")`);
  }
});

describe.each(lab.steps)('step $id', (step) => {
  it.each(LOCALES)('speaks %s', (locale) => {
    expect(lab.title[locale]).toBeTruthy();
    expect(lab.summary[locale]).toBeTruthy();
    const folder = join(import.meta.dirname, 'steps', step.id);
    for (const name of [`${locale}.md`, `hint.${locale}.md`, `solution.${locale}.md`]) {
      expect(existsSync(join(folder, name)), name).toBe(true);
    }
    const [, matter = '', body = ''] = readFileSync(join(folder, `${locale}.md`), 'utf8').split(/^---\n/m);
    expect(parse(matter)).toEqual({ title: step.title[locale] });
    const words = body.split(/\s+/).length;
    expect(words).toBeGreaterThan(60);
    expect(words).toBeLessThan(200);
  });
});
