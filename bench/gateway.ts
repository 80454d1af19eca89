import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Benchmark, type Figure, median, percentile } from './benchmark.ts';
import { type Child, runToEnd, startListening } from './child.ts';
import type { Load, LoadResult } from './load-generator.ts';
import { installPortkey, PORTKEY_VERSION, portkeyHeaders, startPortkey } from './portkey.ts';

const HERE = import.meta.dirname;
const CACHE = join(HERE, '../.cache/bench');
const PATH = '/v1/chat/completions';
const KEYS = { client: 'terroir_bench', admin: 'terroir_admin_bench' };

const LATENCY = { rounds: 8, seconds: 4, perSecond: 200 };
const SATURATION = { rounds: 6, seconds: 4, connections: 64 };
const WARM_UP = { kind: 'closed', connections: 16 } as const;
const WARM_UP_SECONDS = 3;

/** A question with numbers in it, so that the search for personal data has something to look at. */
const question = (maxTokens: number, stream: boolean) =>
  JSON.stringify({
    model: 'mock',
    stream,
    max_tokens: maxTokens,
    messages: [
      { role: 'system', content: 'You answer in plain words, and say when you do not know.' },
      {
        role: 'user',
        content:
          'In 2026 a school with 250 pupils and 12 teachers wants to run its own models on 2 machines. Which 3 things should it look at first, and what would change with 5000 pupils in 2030?',
      },
    ],
  });

/** Clients use a few ceilings. The gateway remembers what Cedar decided on each. */
const CEILINGS = [64, 128, 200, 256, 400, 512, 800, 1024];
const usual = (stream: boolean) => CEILINGS.map((maxTokens) => question(maxTokens, stream));
/** More ceilings than the gateway remembers, in a circle: Cedar decides on every single request. */
const everChanging = Array.from({ length: 1024 }, (_, at) => question(at + 1, false));

const ANEW = 'ours, every decision anew';

interface Round {
  readonly measure: 'first byte' | 'saturation';
  readonly target: string;
  readonly round: number;
  readonly requests: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly perSecond: number;
}

interface Target extends Child {
  readonly name: string;
  readonly port: number;
  readonly headers: Readonly<Record<string, string>>;
}

interface Contestant {
  readonly name: string;
  readonly target: Target;
  readonly bodies: readonly string[];
}

/**
 * What the gateway costs: time to first byte that it adds at a steady 200 requests a second, and how many requests a second it
 * answers at most, beside another gateway written for the same Node. One upstream for all, rounds in turn.
 */
export const gateway: Benchmark = async (say, signal) => {
  await mkdir(CACHE, { recursive: true });
  const folder = await mkdtemp(join(CACHE, 'gateway-'));
  const started: Child[] = [];
  const rounds: Round[] = [];
  const notMeasured: string[] = [];
  try {
    const upstream = await startListening([join(HERE, 'mock-upstream.ts')]);
    started.push(upstream);
    const direct: Target = { name: 'direct', port: upstream.port, headers: {}, stop: upstream.stop };
    const ours = await startOurs(folder, upstream.port);
    started.push(ours);
    const peer = await startPeer(upstream.port).catch((error: unknown) => {
      notMeasured.push(`Portkey: ${error instanceof Error ? error.message : String(error)}`);
    });
    if (peer) started.push(peer);

    for (const target of [direct, ours, ...(peer ? [peer] : [])]) {
      await measure(target, usual(false), WARM_UP, WARM_UP_SECONDS, signal);
      if (target !== peer) await measure(target, usual(true), WARM_UP, WARM_UP_SECONDS, signal);
    }

    say(`time to first byte, ${LATENCY.perSecond} requests/s, ${LATENCY.rounds} rounds of ${LATENCY.seconds} s each`);
    for (let round = 0; round < LATENCY.rounds; round++) {
      for (const target of inTurn([direct, ours], round)) {
        const pattern = { kind: 'open', perSecond: LATENCY.perSecond } as const;
        const result = await measure(target, usual(true), pattern, LATENCY.seconds, signal);
        rounds.push(roundOf('first byte', target.name, round, result));
        say(row(rounds.at(-1)));
      }
    }

    say(
      `saturation, ${SATURATION.connections} connections, ${SATURATION.rounds} rounds of ${SATURATION.seconds} s each`,
    );
    const contestants: readonly Contestant[] = [
      { name: 'ours', target: ours, bodies: usual(false) },
      { name: ANEW, target: ours, bodies: everChanging },
      ...(peer ? [{ name: 'Portkey', target: peer, bodies: usual(false) }] : []),
    ];
    for (let round = 0; round < SATURATION.rounds; round++) {
      for (const { name, target, bodies } of inTurn(contestants, round)) {
        const pattern = { kind: 'closed', connections: SATURATION.connections } as const;
        const result = await measure(target, bodies, pattern, SATURATION.seconds, signal);
        rounds.push(roundOf('saturation', name, round, result));
        say(row(rounds.at(-1)));
      }
    }
    return { figures: figuresOf(rounds), rounds, peers: { '@portkey-ai/gateway': PORTKEY_VERSION }, notMeasured };
  } finally {
    for (const child of started.reverse()) await child.stop();
    await rm(folder, { recursive: true, force: true });
  }
};

async function startOurs(folder: string, upstreamPort: number): Promise<Target> {
  const clientKeySha256 = createHash('sha256').update(KEYS.client).digest('hex');
  await writeFile(
    join(folder, 'gateway.json'),
    JSON.stringify({ id: 'mbench', adminKey: KEYS.admin, clientKeySha256 }),
  );
  const main = join(HERE, '../lab-runner/src/gateway/main.ts');
  const { port, stop } = await startListening([main, '--folder', folder, '--port', '0']);
  const table = [{ model: 'mock', url: `http://127.0.0.1:${upstreamPort}`, key: 'upstream', sha256: '0'.repeat(64) }];
  const answer = await fetch(`http://127.0.0.1:${port}/admin/upstreams`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${KEYS.admin}` },
    body: JSON.stringify(table),
  });
  if (answer.ok) return { name: 'ours', port, headers: { authorization: `Bearer ${KEYS.client}` }, stop };
  await stop();
  throw new Error(`the gateway did not take its upstream: ${await answer.text()}`);
}

async function startPeer(upstreamPort: number): Promise<Target> {
  const { port, stop } = await startPortkey(installPortkey(CACHE));
  return {
    name: 'Portkey',
    port,
    headers: { authorization: 'Bearer upstream', ...portkeyHeaders(upstreamPort) },
    stop,
  };
}

async function measure(
  { name, port, headers }: Target,
  bodies: readonly string[],
  pattern: Load['pattern'],
  seconds: number,
  signal: AbortSignal,
): Promise<LoadResult> {
  const load: Load = { port, path: PATH, headers, bodies, seconds, pattern };
  const printed = await runToEnd([join(HERE, 'load-generator.ts')], JSON.stringify(load), signal);
  const result = JSON.parse(printed) as LoadResult;
  if (result.failed > 0)
    throw new Error(`${name}: ${result.failed} of ${result.failed + result.completed} requests failed`);
  return result;
}

/** Every other round begins with the other one. */
const inTurn = <T>(targets: readonly T[], round: number): readonly T[] =>
  round % 2 === 0 ? targets : [...targets].reverse();

const rounded = (value: number, places = 3): number => Number(value.toFixed(places));

function roundOf(measure: Round['measure'], target: string, round: number, result: LoadResult): Round {
  const times = measure === 'first byte' ? result.firstByteMs : result.totalMs;
  const [p50Ms, p99Ms] = [rounded(percentile(times, 0.5)), rounded(percentile(times, 0.99))];
  const perSecond = rounded(result.completed / result.seconds, 0);
  return { measure, target, round, requests: result.completed, p50Ms, p99Ms, perSecond };
}

const row = (round: object | undefined): string =>
  `  ${Object.entries(round ?? {})
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')}`;

/**
 * Each figure is the median over rounds: something else that runs for a moment on the same machine then weighs as one round. What
 * is compared was measured in the same round.
 */
function figuresOf(rounds: readonly Round[]): readonly Figure[] {
  const valuesOf = (target: string, value: 'p50Ms' | 'p99Ms' | 'perSecond', measure: Round['measure']) =>
    rounds
      .filter((round) => round.target === target && round.measure === measure)
      .map((round) => round[value] ?? Number.NaN);
  const inOrder = (target: string, value: 'p50Ms' | 'p99Ms') => valuesOf(target, value, 'first byte');
  const added = (value: 'p50Ms' | 'p99Ms') => {
    const direct = inOrder('direct', value);
    return rounded(median(inOrder('ours', value).map((ms, round) => ms - (direct[round] ?? Number.NaN))));
  };
  const rates = (target: string) => valuesOf(target, 'perSecond', 'saturation');
  const times = (target: string) => {
    const peer = rates('Portkey');
    return rounded(median(rates(target).map((rate, round) => rate / (peer[round] ?? Number.NaN))), 2);
  };
  const rate = (target: string) => ({
    name: `saturation, ${target}`,
    value: rounded(median(rates(target)), 0),
    unit: '/s',
  });
  return [
    { name: 'added time to first byte, p50', value: added('p50Ms'), unit: 'ms', limit: { kind: 'below', value: 1 } },
    { name: 'added time to first byte, p99', value: added('p99Ms'), unit: 'ms', limit: { kind: 'below', value: 5 } },
    rate('ours'),
    rate(ANEW),
    ...(rates('Portkey').length === 0
      ? []
      : [
          rate('Portkey'),
          {
            name: 'ours to Portkey',
            value: times('ours'),
            unit: 'times',
            limit: { kind: 'at least', value: 4 } as const,
          },
          { name: `${ANEW}, to Portkey`, value: times(ANEW), unit: 'times' },
        ]),
  ];
}
