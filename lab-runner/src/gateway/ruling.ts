import type { DecisionEntry } from '@terroir/labs/contract/ledger-entry.ts';
import type { Decision, InferRequest, PolicySet } from './policy/policy-set.ts';

/** One request, understood and decided upon. */
export interface Ruling {
  readonly id: string;
  readonly salt: Buffer;
  readonly asked: InferRequest;
  readonly set: PolicySet;
  readonly decision: Decision;
  readonly requestDigest: string;
}

/** Its entry in the ledger. `promptTokens`: as the model counted them, where it did. */
export function entryOf(ruling: Ruling, at: Date, promptTokens?: number): DecisionEntry {
  const { asked, decision } = ruling;
  return {
    v: 1,
    kind: 'decision',
    id: ruling.id,
    at: at.toISOString(),
    action: 'infer',
    model: asked.model,
    outcome: decision.outcome,
    policies: [...decision.policies],
    policySet: ruling.set.sha256,
    request: {
      saltedSha256: ruling.requestDigest,
      promptTokens: promptTokens ?? asked.promptTokens,
      maxTokens: asked.maxTokens,
    },
    personalData: [...asked.personalData],
  };
}
