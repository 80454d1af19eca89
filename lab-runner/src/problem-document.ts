import { STATUS_CODES } from 'node:http';
import type { Problem } from '@terroir/labs/contract/problem.ts';
import type { CodedErrorFacts } from './coded-error.ts';

/** RFC 9457 §3, with the members that labs/contract/problem.ts adds. */
export function problemOf(facts: CodedErrorFacts): Problem {
  const { status, code, detail, todo, field, line, column } = facts;
  return {
    type: `urn:terroir:${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    code,
    detail,
    todo,
    ...(field === undefined ? {} : { field }),
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
  };
}
