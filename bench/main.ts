/**
 * `npm run bench [-- NAME]`: runs every benchmark, or one, prints what it found and appends it to bench/results.json.
 * Ends with 1 when a figure does not hold its limit or something could not be measured.
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, platform, release } from 'node:os';
import { join } from 'node:path';
import { type Benchmark, type Findings, holds } from './benchmark.ts';
import { foundry } from './foundry.ts';
import { gateway } from './gateway.ts';

const BENCHMARKS: Readonly<Record<string, Benchmark>> = { gateway, foundry };
const RESULTS = join(import.meta.dirname, 'results.json');

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(BENCHMARKS, name));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}. There are: ${Object.keys(BENCHMARKS).join(', ')}.`);
  process.exit(2);
}

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort(new Error('interrupted')));

let allHold = true;
for (const [name, benchmark] of Object.entries(BENCHMARKS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n${name}`);
  const about = {
    benchmark: name,
    date: new Date().toISOString(),
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    os: `${platform()} ${release()}`,
    node: process.version,
    loadBefore: Number((loadavg()[0] ?? 0).toFixed(2)),
  };
  const found = await benchmark((line) => console.log(line), interrupted.signal);
  await append({ ...about, ...found });
  print(found);
  allHold &&= found.figures.every(holds) && found.notMeasured.length === 0;
}
process.exitCode = allHold ? 0 : 1;

async function append(result: object): Promise<void> {
  const before = await readFile(RESULTS, 'utf8').catch(() => '[]');
  const results: unknown = JSON.parse(before);
  if (!Array.isArray(results)) throw new Error(`${RESULTS} does not hold a list; nothing was appended`);
  await writeFile(`${RESULTS}.new`, `${JSON.stringify([...results, result], null, 1)}\n`);
  await rename(`${RESULTS}.new`, RESULTS);
}

function print({ figures, peers, notMeasured }: Findings): void {
  console.log('');
  for (const figure of figures) {
    const { name, value, unit, limit } = figure;
    const verdict = limit ? `${holds(figure) ? 'holds' : 'MISSED'} (${limit.kind} ${limit.value})` : '';
    console.log(`  ${name.padEnd(36)} ${String(value).padStart(9)} ${unit.padEnd(6)} ${verdict}`);
  }
  console.log(
    `  beside: ${Object.entries(peers)
      .map(([peer, version]) => `${peer} ${version}`)
      .join(', ')}`,
  );
  for (const reason of notMeasured) console.log(`  not measured: ${reason}`);
}
