import type { LabCheck, StepVerdict } from '@terroir/labs/contract/lab.ts';
import type { DeploymentState, MicrocloudState } from '@terroir/labs/contract/microcloud.ts';
import { judgeTraining } from './judge-training.ts';
import type { Counts, HandedProof } from './records.ts';
import type { TrainingFacts } from './subject.ts';

/** The state of a micro-cloud that checks read. */
export interface Facts {
  readonly state: MicrocloudState;
  readonly deployments: readonly { readonly model: string; readonly state: DeploymentState }[];
  /** Since the lab was taken up; undefined: the gateway cannot be asked now. */
  readonly counts: Counts | undefined;
  /** Handed in since the lab was taken up. */
  readonly proofs: readonly HandedProof[];
  readonly trainings: readonly TrainingFacts[];
  /** What the learner expected at this step, once said. */
  readonly choice?: string | undefined;
  /** What the policy in force would decide on the request of this check; undefined: the gateway cannot be asked now. */
  readonly decision?: 'allow' | 'deny' | undefined;
}

type Found = StepVerdict['found'];
const GATEWAY_SILENT: Found = { gateway: 'not-ready' };

/** Whether a check holds now, and the state it was decided on. */
export function judge(check: LabCheck, facts: Facts): { readonly passed: boolean; readonly found: Found } {
  const { state, deployments, counts, proofs, decision } = facts;
  switch (check.kind) {
    case 'microcloud-ready':
      return { passed: state === 'ready', found: { state } };
    case 'deployment-ready': {
      const wanted = deployments.filter(({ model }) => check.model === undefined || model === check.model);
      const best = wanted.find((one) => one.state === 'ready') ?? wanted[0];
      return {
        passed: best?.state === 'ready',
        found: best ? { model: best.model, state: best.state } : { state: 'none' },
      };
    }
    case 'answered': {
      if (!counts) return { passed: false, found: GATEWAY_SILENT };
      return { passed: counts.answered >= check.atLeast, found: { answered: counts.answered } };
    }
    case 'refused': {
      if (!counts) return { passed: false, found: GATEWAY_SILENT };
      const refused = check.policy === undefined ? counts.refused : (counts.refusedBy[check.policy] ?? 0);
      return { passed: refused >= check.atLeast, found: { refused } };
    }
    case 'policy-decides':
      if (decision === undefined) return { passed: false, found: GATEWAY_SILENT };
      return { passed: decision === check.expect, found: { decision } };
    case 'proof-verified': {
      const fitting = proofs.filter(({ outcome }) => outcome === check.outcome);
      return { passed: fitting.length > 0, found: { proofs: fitting.length } };
    }
    case 'predicted':
      return { passed: facts.choice !== undefined, found: facts.choice === undefined ? {} : { choice: facts.choice } };
    default:
      return judgeTraining(check, facts.trainings, deployments);
  }
}

/** What was added to the counts since `before`. */
export function since(before: Counts, now: Counts): Counts {
  const refusedBy = Object.entries(now.refusedBy).map(([policy, count]) => [
    policy,
    count - (before.refusedBy[policy] ?? 0),
  ]);
  return {
    answered: now.answered - before.answered,
    refused: now.refused - before.refused,
    refusedBy: Object.fromEntries(refusedBy),
  };
}
