import type { Check } from './check.ts';

const NEEDED = 24;

export function checkNode(version: string): Check {
  const found = `Node ${version}`;
  if (Number(version.split('.')[0]) >= NEEDED) return { id: 'node', level: 'ok', found };
  const todo = `Node ${NEEDED} comes with the packages: run this by npm (npm run terroir -- doctor), or npm start once.`;
  return { id: 'node', level: 'fail', found: `${found}, where ${NEEDED} is needed`, todo };
}
