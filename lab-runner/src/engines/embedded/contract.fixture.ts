import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../ports.ts';
import type { Engine, UnitSpec } from '../engine.ts';
import { createEmbeddedEngine } from './embedded-engine.ts';
import type { Programs } from './programs.ts';

const PROGRAM = fileURLToPath(new URL('./unit-program.fixture.mjs', import.meta.url));
const JOB = fileURLToPath(new URL('./job-program.fixture.mjs', import.meta.url));

const argsOf = (spec: UnitSpec, port: number): string[] =>
  spec.kind === 'foundry'
    ? [JOB, basename(spec.folder)]
    : [PROGRAM, spec.kind === 'inference' ? spec.model : 'well', String(port)];

export const contractPrograms: Programs = {
  inference: async () => 'contract program 1',
  command: async (spec, { port }) => ({
    program: 'contract program 1',
    file: process.execPath,
    args: argsOf(spec, port),
    env: { PATH: process.env.PATH ?? '' },
    ...(spec.kind === 'foundry' && { niceness: 10 }),
  }),
};

/** The embedded engine with the small programs of the contract suite, and little patience. */
export function contractEngine(folder: string, programs = contractPrograms): Engine {
  return createEmbeddedEngine({
    folder,
    clock: systemClock,
    programs,
    timing: {
      backoffFirstMs: 20,
      failuresMost: 3,
      startLookMs: 10,
      lookMs: 20,
      healthAnswerMs: 500,
      unhealthyAfter: 1,
      hungAfter: 2,
      graceMs: 2_000,
      jobGraceMs: 2_000,
    },
  });
}
