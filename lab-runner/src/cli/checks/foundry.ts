import type { Environment } from '../../foundry/environment.ts';
import type { Check } from './check.ts';

/** Whether models can be trained here; everything else works without. */
export function checkFoundry({ versions, missing }: Pick<Environment, 'versions' | 'missing'>): Check {
  const id = 'foundry';
  if (missing.length === 0) return { id, level: 'ok', found: `models can be trained, with torch ${versions.torch}` };
  const found = `models cannot be trained: ${missing.map(({ name }) => name).join(', ')} missing`;
  return { id, level: 'warn', found, todo: 'Type npm run terroir -- foundry check for what to install.' };
}
