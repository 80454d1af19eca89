import type { EngineReport } from '../engine.ts';
import { ask, findOnPath } from './on-path.ts';

/** The NVIDIA GPUs of this machine, as `nvidia-smi` lists them; none where there is no such program or no driver. */
export async function listGpus(
  path: string,
  env: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<EngineReport['gpus']> {
  const program = await findOnPath('nvidia-smi', path);
  if (!program) return [];
  const text = await ask(program, ['--query-gpu=uuid,name,memory.total', '--format=csv,noheader'], env, signal);
  return (text ?? '').split('\n').flatMap((line) => {
    const [, uuid, name, mebibytes] = /^(GPU-[^,\s]+), (.+), (\d+) MiB\s*$/.exec(line) ?? [];
    return uuid && name ? [{ uuid, name, memoryBytes: Number(mebibytes) * 2 ** 20 }] : [];
  });
}
