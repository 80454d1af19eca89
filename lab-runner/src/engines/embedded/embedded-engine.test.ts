import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { engineContract } from '../engine.contract.ts';
import type { Engine, InferenceSpec, Unit, UnitSpec } from '../engine.ts';
import type { EngineHarness } from '../engine-harness.ts';
import { contractEngine, contractPrograms } from './contract.fixture.ts';
import { markedProcesses } from './process-table.ts';

interface EmbeddedHarness extends EngineHarness {
  readonly folder: string;
  pidOf(unit: Unit): Promise<number>;
}

const RUNNER = fileURLToPath(new URL('./runner.fixture.ts', import.meta.url));

function spawnRunner(folder: string, specs: readonly UnitSpec[]) {
  return spawn(process.execPath, [RUNNER, folder, JSON.stringify(specs)], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function createHarness(): Promise<EmbeddedHarness> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'terroir-engine-')));
  const engines: Engine[] = [];
  const runners: ChildProcess[] = [];
  const marked = async () => markedProcesses(folder, await readdir(folder));
  const pidOf = async (unit: Unit) => {
    const leader = (await marked()).find((found) => found.unit === unit.id && found.leader);
    if (!leader) throw new Error(`unit ${unit.id} has no process`);
    return leader.pid;
  };
  return {
    folder,
    pidOf,
    engine: () => {
      const engine = contractEngine(folder);
      engines.push(engine);
      return engine;
    },
    crash: async (unit) => {
      process.kill(await pidOf(unit), 'SIGKILL');
    },
    running: async () => (await marked()).map(({ pid, unit }) => `${unit} (${pid})`),
    killedRunner: async (specs) => {
      const runner = spawnRunner(folder, specs);
      runners.push(runner);
      await once(runner.stdout, 'data');
      runner.kill('SIGKILL');
      await once(runner, 'exit');
    },
    dispose: async () => {
      await Promise.all(engines.map((engine) => engine.close()));
      for (const runner of runners) runner.kill('SIGKILL');
      for (const { pid } of await marked()) process.kill(pid, 'SIGKILL');
      await expect.poll(marked, { timeout: 5_000 }).toEqual([]);
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

engineContract('embedded', createHarness);

describe('embedded: what only local processes can do', () => {
  let harness: EmbeddedHarness;
  const spec: InferenceSpec = {
    kind: 'inference',
    id: 'unit-r',
    microcloud: 'kept',
    model: 'well',
    file: '/dev/null',
    device: 'cpu',
    key: 'sk-recovery',
  };
  const record = () => join(harness.folder, spec.id, 'unit.json');
  async function rewriteRecord(change: (record: Record<string, unknown>) => void): Promise<void> {
    const value = JSON.parse(await readFile(record(), 'utf8')) as Record<string, unknown>;
    change(value);
    await writeFile(record(), JSON.stringify(value));
  }

  beforeEach(async () => {
    harness = await createHarness();
  });
  afterEach(async () => {
    await harness.dispose();
  });

  it('adopts a unit whose runner was killed before it could write down the process', async () => {
    await harness.killedRunner([spec]);
    await rewriteRecord((value) => delete value.process);
    const { adopted } = await harness.engine().recover(new Set(['kept']));
    expect(adopted.map((unit) => unit.id)).toEqual([spec.id]);
    const written = JSON.parse(await readFile(record(), 'utf8')) as { process?: { pid: number } };
    expect(written.process?.pid).toBe(await harness.pidOf(adopted[0] as Unit));
  });

  it('ends a process of which no readable record is left', async () => {
    await harness.killedRunner([spec]);
    await writeFile(record(), '{ torn');
    const { adopted, ended } = await harness.engine().recover(new Set(['kept']));
    expect({ adopted, ended }).toEqual({ adopted: [], ended: [spec.id] });
    expect(await harness.running()).toEqual([]);
  });

  it('leaves a stranger alone who has the pid of a unit that is gone', async () => {
    const stranger = spawn('sleep', ['600'], { stdio: 'ignore', detached: true });
    try {
      await harness.killedRunner([spec]);
      const [running] = await markedProcesses(harness.folder, [spec.id]);
      if (running) process.kill(running.pid, 'SIGKILL');
      await rewriteRecord((value) => {
        value.process = { ...(value.process as object), pid: stranger.pid };
      });
      expect(await harness.engine().recover(new Set())).toEqual({ adopted: [], ended: [spec.id] });
      expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
    } finally {
      stranger.kill('SIGKILL');
    }
  });

  it('refuses a folder whose runner is still there', async () => {
    const runner = spawnRunner(harness.folder, [spec]);
    try {
      await once(runner.stdout, 'data');
      await expect(harness.engine().recover(new Set(['kept']))).rejects.toMatchObject({ code: 'engine-in-use' });
    } finally {
      runner.kill('SIGKILL');
      await once(runner, 'exit');
    }
  });

  it('takes another port when the first was lost to somebody else before the unit could listen', async () => {
    const thief = createServer();
    const ports: number[] = [];
    const engine = contractEngine(harness.folder, {
      ...contractPrograms,
      command: async (unit, place) => {
        ports.push(place.port);
        if (ports.length === 1) await once(thief.listen(place.port, '127.0.0.1'), 'listening');
        return contractPrograms.command(unit, place);
      },
    });
    try {
      const unit = await engine.start(spec);
      expect(unit).toMatchObject({ state: 'healthy', restarts: 1, url: `http://127.0.0.1:${ports[1]}` });
      expect(ports[1]).not.toBe(ports[0]);
    } finally {
      await engine.close();
      thief.close();
    }
  });

  it('keeps the key and the records from other users of the machine', async () => {
    const engine = harness.engine();
    await engine.start(spec);
    expect((await stat(join(harness.folder, spec.id))).mode & 0o077).toBe(0);
    expect((await stat(join(harness.folder, spec.id, 'key'))).mode & 0o077).toBe(0);
    expect(await readFile(join(harness.folder, spec.id, 'key'), 'utf8')).toBe('sk-recovery\n');
  });
});
