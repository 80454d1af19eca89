import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Value } from 'typebox/value';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { LabManifest } from '../../contract/lab.ts';

const manifest: unknown = parse(readFileSync(join(import.meta.dirname, 'lab.yaml'), 'utf8'));
const lab = Value.Parse(LabManifest, manifest);

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
