import type { FoundryReport } from '@terroir/labs/contract/training.ts';
import type { Foundry } from './foundry.ts';

/** What this machine has to train with, and the texts that ship with labs. */
export async function foundryReport({ environment, texts }: Foundry): Promise<FoundryReport> {
  const { python, versions, missing, threads, precision } = await environment();
  return {
    ready: missing.length === 0,
    ...(python === undefined ? {} : { python }),
    versions: { ...versions },
    missing: [...missing],
    threads,
    ...(precision === undefined ? {} : { precision }),
    texts: texts.map(({ folder: _, ...text }) => text),
  };
}
