import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { foundryPython } from '../tests/foundry-python.ts';
import type { Findings } from './benchmark.ts';

interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

interface Speeds {
  readonly tokensPerSecond: Spread;
  readonly gflopPerSecond: Spread;
}

/** What labs/foundry/bench.py prints. */
interface Measured {
  readonly precision: string;
  readonly threads: number;
  readonly torch: string;
  readonly step: Speeds;
  readonly ceiling: Speeds & { readonly arrangement: string };
  readonly ratio: Spread;
  readonly rounds: readonly Readonly<Record<string, number>>[];
}

/** The training step beside the bare matrix products of the same work, in one run: how much of its time it multiplies. */
export async function foundry(say: (line: string) => void, signal: AbortSignal): Promise<Findings> {
  const python = foundryPython();
  if (!python) {
    const reason = 'no Python with torch: docker/foundry/make-root.sh makes one, or name one in TERROIR_PYTHON';
    return { figures: [], rounds: [], peers: {}, notMeasured: [reason] };
  }
  say('  a training step of the seedling, and its products alone, in turn');
  const { step, ceiling, ratio, rounds, torch, precision, threads } = JSON.parse(
    await output(python, [join(import.meta.dirname, '../labs/foundry/bench.py')], signal),
  ) as Measured;
  return {
    figures: [
      { name: 'training', value: step.tokensPerSecond.median, unit: 'tok/s' },
      { name: 'matrix products alone', value: ceiling.tokensPerSecond.median, unit: 'tok/s' },
      { name: 'matrix products alone', value: ceiling.gflopPerSecond.median, unit: 'GFLOP/s' },
      { name: 'training to its ceiling', value: ratio.median, unit: 'share' },
      { name: 'training to its ceiling, least', value: ratio.least, unit: 'share' },
    ],
    rounds,
    peers: { torch: `${torch} (${precision}, ${threads} threads, products ${ceiling.arrangement})` },
    notMeasured: [],
  };
}

async function output(program: string, args: readonly string[], signal: AbortSignal): Promise<string> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'], signal });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${args[0]} ended with ${code}`);
  return printed;
}
