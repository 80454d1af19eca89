import { type Static, Type } from 'typebox';

/** Answer to a proof handed in: which entry of this micro-cloud's ledger it proves. `outcome` is there when the entry is a decision. */
export const ProofVerified = Type.Object({
  index: Type.Integer({ minimum: 0 }),
  kind: Type.Union([Type.Literal('decision'), Type.Literal('policy'), Type.Literal('deployment')]),
  outcome: Type.Optional(Type.Union([Type.Literal('allow'), Type.Literal('deny')])),
});
export type ProofVerified = Static<typeof ProofVerified>;
