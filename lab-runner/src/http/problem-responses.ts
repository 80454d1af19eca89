import { Problem } from '@terroir/labs/contract/problem.ts';

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: Problem } },
});

/** What any call under /api may answer instead, for its route's schema. */
export const problems = {
  '4xx': problem('The request cannot be answered: what is wrong with it, and what to do'),
  '5xx': problem('The runner, its engine or a gateway could not answer'),
};
