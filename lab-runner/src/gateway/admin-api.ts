import { type Static, Type } from 'typebox';

/**
 * Between the runner and one gateway, on the gateway's own port under `/admin`, with the admin key as Bearer.
 * Learners never hold that key.
 *
 * | call | does |
 * |---|---|
 * | `GET /health` | 200 `{"status":"ok"}` once policy and ledger are loaded, or `{"status":"refusing","reasons":[{code,detail}]}` while every request for inference is refused (policy invalid, ledger not writable); no key needed |
 * | `PUT /admin/upstreams` | replaces the whole table {@link Upstreams}; each change is a ledger entry |
 * | `PUT /admin/key` | `{"clientKeySha256"}` replaces the digest of the clients' key |
 * | `GET /admin/policy`, `PUT /admin/policy` | Cedar as text/plain; PUT answers 422 problem and changes nothing when it does not validate |
 * | `POST /admin/decide` | {@link Trial} → {@link TrialVerdict}: what would be decided now; nothing is recorded |
 * | `GET /admin/tally` | {@link Tally} of the ledger so far |
 * | `POST /admin/proofs` | body: text of a tlog-proof with its entry; verifies against this ledger's key → `{index, entry}`, or 422 |
 * | `GET /admin/events` | server-sent events `ledger` `{size}` and `policy` `{sha256}` |
 */
export const Upstreams = Type.Array(
  Type.Object({
    model: Type.String(),
    url: Type.String(),
    key: Type.String(),
    sha256: Type.String(),
  }),
);
export type Upstreams = Static<typeof Upstreams>;

export const Trial = Type.Object({ maxTokens: Type.Integer({ minimum: 1 }), personalData: Type.Array(Type.String()) });
export type Trial = Static<typeof Trial>;

export const TrialVerdict = Type.Object({
  outcome: Type.Union([Type.Literal('allow'), Type.Literal('deny')]),
  policies: Type.Array(Type.String()),
});
export type TrialVerdict = Static<typeof TrialVerdict>;

export const Tally = Type.Object({
  size: Type.Integer({ minimum: 0 }),
  answered: Type.Integer({ minimum: 0 }),
  refused: Type.Integer({ minimum: 0 }),
  refusedBy: Type.Record(Type.String(), Type.Integer({ minimum: 0 })),
  policySet: Type.String(),
});
export type Tally = Static<typeof Tally>;

/**
 * `gateway.json` in the micro-cloud's folder, mode 0600, written by the runner before the gateway first starts.
 * The gateway keeps everything else (policy.cedar, upstreams.json, ledger/) in the same folder by itself, so that it serves, enforces
 * and records without the runner.
 */
export const GatewayFile = Type.Object({
  id: Type.String(),
  adminKey: Type.String(),
  clientKeySha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
});
export type GatewayFile = Static<typeof GatewayFile>;
