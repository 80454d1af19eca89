/**
 * Why a text is not a policy set that the gateway can enact. `policy-syntax`: it is not Cedar. `policy-type`: it is
 * Cedar, and does not fit what the gateway asks (schema, ids, size). `line` and `column` count from 1, in characters.
 */
export interface PolicyProblem {
  readonly code: 'policy-syntax' | 'policy-type';
  readonly message: string;
  readonly help?: string;
  readonly line: number;
  readonly column: number;
}

/** Cedar counts in bytes of UTF-8, people in lines and characters. */
export function positionAt(text: string, byteOffset: number): { line: number; column: number } {
  const before = Buffer.from(text).subarray(0, byteOffset).toString('utf8');
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: [...before.slice(lineStart)].length + 1 };
}
