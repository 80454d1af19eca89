import type { LabCheck } from '@terroir/labs/contract/lab.ts';
import { describe, expect, it } from 'vitest';
import { type Facts, judge, since } from './judge.ts';

const facts = (more: Partial<Facts> = {}): Facts => ({
  state: 'ready',
  deployments: [],
  counts: { answered: 0, refused: 0, refusedBy: {} },
  proofs: [],
  trainings: [],
  ...more,
});
const passes = (check: LabCheck, more: Partial<Facts>) => judge(check, facts(more)).passed;

describe('what a check reads', () => {
  it('the state of the micro-cloud', () => {
    expect(passes({ kind: 'microcloud-ready' }, { state: 'ready' })).toBe(true);
    expect(judge({ kind: 'microcloud-ready' }, facts({ state: 'starting' }))).toEqual({
      passed: false,
      found: { state: 'starting' },
    });
  });

  it('deployments, of one model or of any', () => {
    const deployments = [
      { model: 'other', state: 'ready' as const },
      { model: 'seedling', state: 'starting' as const },
    ];
    expect(passes({ kind: 'deployment-ready' }, { deployments })).toBe(true);
    expect(judge({ kind: 'deployment-ready', model: 'seedling' }, facts({ deployments }))).toEqual({
      passed: false,
      found: { model: 'seedling', state: 'starting' },
    });
    expect(judge({ kind: 'deployment-ready', model: 'none' }, facts({ deployments })).found).toEqual({ state: 'none' });
  });

  it('answers, from the number asked for on', () => {
    const check: LabCheck = { kind: 'answered', atLeast: 2 };
    expect(passes(check, { counts: { answered: 1, refused: 9, refusedBy: {} } })).toBe(false);
    expect(passes(check, { counts: { answered: 2, refused: 0, refusedBy: {} } })).toBe(true);
  });

  it('refusals, by one policy or by any', () => {
    const counts = { answered: 0, refused: 2, refusedBy: { 'token-ceiling': 2 } };
    expect(passes({ kind: 'refused', atLeast: 2 }, { counts })).toBe(true);
    expect(passes({ kind: 'refused', atLeast: 2, policy: 'token-ceiling' }, { counts })).toBe(true);
    expect(judge({ kind: 'refused', atLeast: 1, policy: 'no-personal-data' }, facts({ counts }))).toEqual({
      passed: false,
      found: { refused: 0 },
    });
  });

  it('what the policy would decide', () => {
    const check: LabCheck = { kind: 'policy-decides', request: { maxTokens: 400, personalData: [] }, expect: 'deny' };
    expect(passes(check, { decision: 'deny' })).toBe(true);
    expect(judge(check, facts({ decision: 'allow' }))).toEqual({ passed: false, found: { decision: 'allow' } });
  });

  it('proofs of the outcome asked for', () => {
    const proofs = [{ index: 3, outcome: 'deny' as const, at: new Date(0) }];
    expect(passes({ kind: 'proof-verified', outcome: 'deny' }, { proofs })).toBe(true);
    expect(passes({ kind: 'proof-verified', outcome: 'allow' }, { proofs })).toBe(false);
  });

  it.each<LabCheck>([
    { kind: 'answered', atLeast: 1 },
    { kind: 'refused', atLeast: 1 },
    { kind: 'policy-decides', request: { maxTokens: 1, personalData: [] }, expect: 'deny' },
  ])('$kind does not pass while the gateway cannot be asked', (check) => {
    expect(judge(check, facts({ counts: undefined, decision: undefined }))).toEqual({
      passed: false,
      found: { gateway: 'not-ready' },
    });
  });
});

it('counts from the start of the lab', () => {
  const before = { answered: 2, refused: 1, refusedBy: { a: 1 } };
  const now = { answered: 5, refused: 3, refusedBy: { a: 2, b: 1 } };
  expect(since(before, now)).toEqual({ answered: 3, refused: 2, refusedBy: { a: 1, b: 1 } });
});
