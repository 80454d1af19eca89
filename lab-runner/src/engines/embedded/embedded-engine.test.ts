import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EngineHarness, engineContract } from '../engine.contract.ts';
import type { Engine, InferenceSpec, Unit } from '../engine.ts';
import { contractEngine } from './contract.fixture.ts';
import { markedProcesses } from './process-table.ts';

interface EmbeddedHarness extends EngineHarness {
  readonly folder: string;
  pidOf(unit: Unit): Promise<number>;
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
      const program = join(import.meta.dirname, 'runner.fixture.ts');
      const runner = spawn(process.execPath, [program, folder, JSON.stringify(specs)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
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

describe('embedded: recovery', () => {
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
    const program = join(import.meta.dirname, 'runner.fixture.ts');
    const runner = spawn(process.execPath, [program, harness.folder, JSON.stringify([spec])], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await once(runner.stdout, 'data');
      await expect(harness.engine().recover(new Set(['kept']))).rejects.toMatchObject({ code: 'engine-in-use' });
    } finally {
      runner.kill('SIGKILL');
      await once(runner, 'exit');
    }
  });

  it('keeps the key and the records from other users of the machine', async () => {
    const engine = harness.engine();
    await engine.start(spec);
    const { stat } = await import('node:fs/promises');
    expect((await stat(join(harness.folder, spec.id))).mode & 0o077).toBe(0);
    expect((await stat(join(harness.folder, spec.id, 'key'))).mode & 0o077).toBe(0);
    expect(await readFile(join(harness.folder, spec.id, 'key'), 'utf8')).toBe('sk-recovery\n');
  });
});
