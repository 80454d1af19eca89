import { join } from 'node:path';
import { findPython } from '../engines/embedded/find-python.ts';
import { pickEnvironment } from '../engines/embedded/programs.ts';
import { askEnvironment, type Environment } from '../foundry/environment.ts';
import type { Command, Context } from './command.ts';

export const foundryCheck: Command = {
  words: ['foundry', 'check'],
  takes: '',
  least: 0,
  most: 0,
  does: 'Say what this machine has to train models with, and what is missing.',
  details:
    'Python is TERROIR_PYTHON, else foundry/python3 in the data folder, else python3. Asks nothing of the network. ' +
    'Exit 1 when something is missing.',
  options: {},
  run: async (_input, context) => {
    const environment = await foundryEnvironment(context);
    const { python, versions, missing, threads, precision } = environment;
    const ready = missing.length === 0;
    const lines = [
      `Python   ${python ?? 'not found'}`,
      `Found    ${
        Object.entries(versions)
          .map(([name, version]) => `${name} ${version}`)
          .join(', ') || 'nothing'
      }`,
      `Threads  ${threads}${precision === undefined ? '' : `, multiplying in ${precision}`}`,
      ...missing.flatMap(({ name, detail, todo }) => [`Missing  ${name}: ${detail}`, `         ${todo}`]),
      ...(ready
        ? []
        : [`All at once, as root on Debian: docker/foundry/make-root.sh ${join(context.config.data, 'foundry')}`]),
      ...advice(environment).map((line) => `Note     ${line}`),
      ready ? 'Models can be trained here.' : 'Models cannot be trained here yet; everything else works.',
    ];
    return { json: { ready, ...environment }, lines, exitCode: ready ? 0 : 1 };
  },
};

/** What this machine has to train with. */
export async function foundryEnvironment({ config, environment, checkout, signal }: Context): Promise<Environment> {
  const path = environment.PATH ?? process.env.PATH ?? '';
  const script = join(checkout, 'labs/foundry/environment.py');
  const env = { ...pickEnvironment(process.env), PATH: path };
  return askEnvironment(await findPython(config, path), script, env, signal);
}

/** What training can do without, at a price. */
export function advice({ versions, missing }: Pick<Environment, 'versions' | 'missing'>): string[] {
  if (missing.length > 0) return [];
  return [
    ...('pdftotext' in versions ? [] : ['PDF files cannot be read: install the Debian package poppler-utils.']),
    ...('libexttextcat' in versions
      ? []
      : [
          'Only names of files tell languages apart: install the Debian packages libexttextcat-2.0-1 and libexttextcat-data.',
        ]),
    ...(versions.blas === undefined || /openmp|mkl|blis/.test(versions.blas)
      ? []
      : [
          `Training is many times slower with ${versions.blas}: install the Debian package libopenblas0-openmp, and remove libopenblas0-pthread.`,
        ]),
  ];
}
