import { type Static, Type } from 'typebox';

const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });

/**
 * What one ledger entry holds, as canonical JSON (RFC 8785: keys sorted, no spaces), at most 65,535 bytes.
 * Prompts and answers never enter it: only digests, salted per entry so that a short text cannot be guessed. The salts stay
 * with the micro-cloud; deleting a salt erases the link to the person and leaves the tree intact.
 */
export const DecisionEntry = Type.Object({
  v: Type.Literal(1),
  kind: Type.Literal('decision'),
  id: Type.String({ description: 'id of the request, also in its x-request-id header' }),
  at: Type.String({ format: 'date-time' }),
  action: Type.String({ description: 'Cedar action id, e.g. "infer"' }),
  model: Type.String(),
  outcome: Type.Union([Type.Literal('allow'), Type.Literal('deny')]),
  policies: Type.Array(Type.String(), { description: 'ids of the deciding policies' }),
  policySet: Sha256,
  request: Type.Object({
    saltedSha256: Sha256,
    promptTokens: Type.Optional(Type.Integer()),
    maxTokens: Type.Optional(Type.Integer()),
  }),
  personalData: Type.Array(Type.String(), { description: 'kinds found, never the values' }),
  answer: Type.Optional(
    Type.Object({
      status: Type.Integer(),
      saltedSha256: Sha256,
      completionTokens: Type.Optional(Type.Integer()),
      ended: Type.Union([Type.Literal('complete'), Type.Literal('cancelled'), Type.Literal('failed')]),
    }),
  ),
});
export type DecisionEntry = Static<typeof DecisionEntry>;

export const PolicyEntry = Type.Object({
  v: Type.Literal(1),
  kind: Type.Literal('policy'),
  at: Type.String({ format: 'date-time' }),
  policySet: Sha256,
  previous: Type.Optional(Sha256),
});
export type PolicyEntry = Static<typeof PolicyEntry>;

export const DeploymentEntry = Type.Object({
  v: Type.Literal(1),
  kind: Type.Literal('deployment'),
  at: Type.String({ format: 'date-time' }),
  model: Type.String(),
  sha256: Sha256,
  change: Type.Union([Type.Literal('added'), Type.Literal('removed')]),
});
export type DeploymentEntry = Static<typeof DeploymentEntry>;

export const LedgerEntry = Type.Union([DecisionEntry, PolicyEntry, DeploymentEntry]);
export type LedgerEntry = Static<typeof LedgerEntry>;

/** Answer of `GET /m/{id}/ledger/entries?from=&limit=`: entries `from` … in index order. Without `from`: the newest `limit`. */
export const LedgerPage = Type.Object({
  size: Type.Integer({ minimum: 0 }),
  entries: Type.Array(Type.Object({ index: Type.Integer({ minimum: 0 }), entry: LedgerEntry })),
});
export type LedgerPage = Static<typeof LedgerPage>;
