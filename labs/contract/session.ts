import { type Static, Type } from 'typebox';

/** Body of `POST /api/session`, needed only where the runner is reachable from other machines. */
export const SignIn = Type.Object(
  { passphrase: Type.String({ minLength: 1, maxLength: 200 }) },
  { additionalProperties: false },
);
export type SignIn = Static<typeof SignIn>;
