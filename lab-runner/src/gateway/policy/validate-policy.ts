import { readFileSync } from 'node:fs';
import {
  type DetailedError,
  type PolicyJson,
  policySetTextToParts,
  policyToJson,
  validate,
} from '@cedar-policy/cedar-wasm/nodejs';
import { type PolicyProblem, positionAt } from './policy-problem.ts';

const SCHEMA = readFileSync(new URL('./infer.cedarschema', import.meta.url), 'utf8');
const MOST_POLICIES = 200;
const MOST_BYTES = 262_144;
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Ids that the gateway itself answers with: no policy may take them. */
export const FAIL_CLOSED = 'fail-closed';
export const IMPLICIT_DENY = 'implicit-deny';

/** One policy of a valid set. `id` is its `@id` annotation, or Cedar's own `policyN` where it has none. */
export interface ValidPolicy {
  readonly id: string;
  readonly effect: PolicyJson['effect'];
  readonly text: string;
  readonly annotations: Readonly<Record<string, string>>;
}

export type Validation =
  | { readonly valid: true; readonly policies: readonly ValidPolicy[] }
  | { readonly valid: false; readonly problems: readonly [PolicyProblem, ...PolicyProblem[]] };

/** Parses a Cedar policy set and checks it against the schema of `infer`, in Cedar's strict mode. Pure. */
export function validatePolicy(text: string): Validation {
  if (Buffer.byteLength(text) > MOST_BYTES)
    return refuse(`a policy set may hold ${MOST_BYTES} bytes, and this one holds more`);
  const answer = validate({ schema: SCHEMA, policies: { staticPolicies: text } });
  if (answer.type === 'failure') return invalid(answer.errors.map((error) => problem(text, 'policy-syntax', error)));
  if (answer.validationErrors.length > 0)
    return invalid(answer.validationErrors.map(({ error }) => problem(text, 'policy-type', error)));
  return readPolicies(text);
}

function readPolicies(text: string): Validation {
  const parts = policySetTextToParts(text);
  if (parts.type === 'failure') return invalid(parts.errors.map((error) => problem(text, 'policy-syntax', error)));
  if (parts.policies.length > MOST_POLICIES)
    return refuse(`a policy set may hold ${MOST_POLICIES} policies, and this one holds ${parts.policies.length}`);

  // Cedar hands the parts over sorted by its own ids as text: policy0, policy1, policy10, policy2.
  const cedarIds = parts.policies.map((_, index) => `policy${index}`).sort();
  const order = cedarIds.map((id, index) => ({ index, place: Number(id.slice('policy'.length)) }));
  const policies: ValidPolicy[] = [];
  const taken = new Set<string>([FAIL_CLOSED, IMPLICIT_DENY]);
  for (const { index, place } of order.sort((a, b) => a.place - b.place)) {
    const part = parts.policies[index] ?? '';
    const parsed = policyToJson(part);
    if (parsed.type === 'failure') return invalid(parsed.errors.map((error) => problem(text, 'policy-syntax', error)));
    const annotations = parsed.json.annotations ?? {};
    const id = annotations.id ?? `policy${place}`;
    const at = Buffer.byteLength(text.slice(0, Math.max(0, text.indexOf(part))));
    if (!ID.test(id))
      return refuse(
        `the id "${id}" is not allowed: use up to 64 letters, digits, dots, dashes and underscores`,
        text,
        at,
      );
    if (taken.has(id)) return refuse(`the id "${id}" is taken: each policy needs an id of its own`, text, at);
    taken.add(id);
    policies.push({ id, effect: parsed.json.effect, text: part, annotations });
  }
  return { valid: true, policies };
}

function problem(text: string, code: PolicyProblem['code'], error: DetailedError): PolicyProblem {
  const place = error.sourceLocations?.[0];
  const said = error.message.replace(/^(?:failed to parse policies from string: |for policy `[^`]*`, )/, '');
  return {
    code,
    message: place?.label ? `${said}, ${place.label}` : said,
    ...(error.help ? { help: error.help } : {}),
    ...positionAt(text, place?.start ?? 0),
  };
}

function refuse(message: string, text = '', at = 0): Validation {
  return { valid: false, problems: [{ code: 'policy-type', message, ...positionAt(text, at) }] };
}

function invalid(problems: readonly PolicyProblem[]): Validation {
  const [first, ...others] = [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
  if (first === undefined) return refuse('the policy set was refused without a reason');
  return { valid: false, problems: [first, ...others] };
}
