import { hash } from 'node:crypto';
import { type Context, preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import type { PolicyProblem } from './policy-problem.ts';
import { FAIL_CLOSED, IMPLICIT_DENY, type ValidPolicy, validatePolicy } from './validate-policy.ts';

/** What a decision is made on: see `infer.cedarschema`. */
export interface InferRequest {
  readonly learner: string;
  readonly model: string;
  readonly language: string;
  readonly maxTokens: number;
  readonly personalData: readonly string[];
  readonly promptTokens: number;
  readonly stream: boolean;
}

/** `policies`: ids of those that decided, in the order of the text. `failure`: why it could not be decided as written. */
export interface Decision {
  readonly outcome: 'allow' | 'deny';
  readonly policies: readonly string[];
  readonly failure?: string;
}

/** A policy set ready to decide. `sha256` is that of its text. */
export interface PolicySet {
  readonly sha256: string;
  readonly text: string;
  /** Why it decides nothing and everything is refused; absent in a set that validated. */
  readonly problem?: PolicyProblem;
  decide(request: InferRequest): Decision;
  annotations(policy: string): Readonly<Record<string, string>>;
}

/**
 * Validates `text` and hands it to Cedar under the name `slot`, replacing what the whole process had under it. Cedar keeps
 * every set it was ever given, so a gateway alternates between two: the one in force is never the one being written.
 */
export function preparePolicySet(text: string, slot: string): PolicySet {
  const sha256 = hash('sha256', text);
  const validation = validatePolicy(text);
  if (!validation.valid) return refusingSet(text, sha256, validation.problems[0]);
  const { policies } = validation;
  const staticPolicies = Object.fromEntries(policies.map((policy) => [policy.id, policy.text]));
  const parsed = preparsePolicySet(slot, { staticPolicies });
  if (parsed.type === 'failure') {
    const message = parsed.errors.map((error) => error.message).join('; ');
    return refusingSet(text, sha256, { code: 'policy-syntax', message, line: 1, column: 1 });
  }
  return validSet(text, sha256, slot, policies);
}

function validSet(text: string, sha256: string, slot: string, policies: readonly ValidPolicy[]): PolicySet {
  const place = new Map(policies.map((policy, index) => [policy.id, index]));
  const annotations = new Map(policies.map((policy) => [policy.id, policy.annotations]));
  const inOrder = (a: string, b: string) => (place.get(a) ?? 0) - (place.get(b) ?? 0);
  const names = namesRead(text);
  const remembered = new Map<string, Decision>();
  return {
    sha256,
    text,
    decide: (request) => {
      const question = questionOf(request, names);
      const known = remembered.get(question);
      if (known !== undefined) return known;
      const decision = decide(slot, request, names, inOrder);
      if (remembered.size >= MOST_REMEMBERED) remembered.clear();
      if (decision.failure === undefined) remembered.set(question, decision);
      return decision;
    },
    annotations: (policy) => annotations.get(policy) ?? {},
  };
}

function refusingSet(text: string, sha256: string, problem: PolicyProblem): PolicySet {
  const decision = failClosed(`policy.cedar, line ${problem.line}, column ${problem.column}: ${problem.message}`);
  return { sha256, text, problem, decide: () => decision, annotations: () => ({}) };
}

const CONTEXT_NAMES = ['language', 'maxTokens', 'personalData', 'promptTokens', 'stream'] as const;
const MOST_REMEMBERED = 1000;
type ContextName = (typeof CONTEXT_NAMES)[number];

/**
 * What of the context a text can possibly read: handing over the rest costs a fifth of a decision. Whoever names the context
 * otherwise than `context.name` may read all of it.
 */
function namesRead(text: string): readonly ContextName[] {
  if (/\bcontext\b(?!\.\w)/.test(text)) return CONTEXT_NAMES;
  return CONTEXT_NAMES.filter((name) => text.includes(name));
}

/** All that Cedar is handed: the same question has the same answer, for as long as the set stands. */
function questionOf(request: InferRequest, names: readonly ContextName[]): string {
  let question = `${request.learner}\n${request.model}`;
  for (const name of names) question += `\n${request[name]}`;
  return question;
}

function contextOf(request: InferRequest, names: readonly ContextName[]): Context {
  const context: Context = {};
  for (const name of names) context[name] = name === 'personalData' ? [...request.personalData] : request[name];
  return context;
}

function decide(
  slot: string,
  request: InferRequest,
  names: readonly ContextName[],
  inOrder: (a: string, b: string) => number,
): Decision {
  try {
    const answer = statefulIsAuthorized({
      principal: { type: 'Learner', id: request.learner },
      action: { type: 'Action', id: 'infer' },
      resource: { type: 'Model', id: request.model },
      context: contextOf(request, names),
      preparsedPolicySetId: slot,
      entities: [],
    });
    if (answer.type === 'failure') return failClosed(answer.errors.map((error) => error.message).join('; '));
    const { decision, diagnostics } = answer.response;
    // Cedar skips a policy that errs, be it one that forbids: an error therefore refuses.
    const [erred] = diagnostics.errors;
    if (erred !== undefined) return failClosed(`${erred.policyId}: ${erred.error.message}`);
    const policies = diagnostics.reason.sort(inOrder);
    if (decision === 'allow') return { outcome: 'allow', policies };
    return { outcome: 'deny', policies: policies.length > 0 ? policies : [IMPLICIT_DENY] };
  } catch (error) {
    return failClosed(error instanceof Error ? error.message : String(error));
  }
}

function failClosed(failure: string): Decision {
  return { outcome: 'deny', policies: [FAIL_CLOSED], failure };
}
