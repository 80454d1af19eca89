import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InferenceSpec } from '../engine.ts';
import { findPython } from './find-python.ts';
import { listGpus } from './gpus.ts';
import { installedPrograms, pickEnvironment } from './programs.ts';

/** A llama-server that only says who it is, in the words of the real one. */
const LLAMA_SERVER = `#!/bin/sh
case "$1" in
  --version) echo 'version: 0.7.0 (build 11669, commit Debian)' >&2 ;;
  --help) echo '--offline   Offline mode'; echo '--ui, --webui, --no-ui, --no-webui'; echo '--cors-origins ORIGINS'; echo '-dev, --device D' ;;
esac
`;
const NVIDIA_SMI = `#!/bin/sh
echo 'uuid, name, memory.total [MiB]' >&2
echo 'GPU-11111111-2222-3333-4444-555555555555, NVIDIA RTX A2000, 12 GB, 12282 MiB'
echo 'No devices were found'
`;

describe('installedPrograms', () => {
  let folder: string;
  let spec: InferenceSpec;
  const place = { port: 40_123, keyFile: '/keys/key' };

  async function install(name: string, script: string): Promise<void> {
    await writeFile(join(folder, name), script);
    await chmod(join(folder, name), 0o755);
  }
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'terroir-programs-'));
    const file = join(folder, 'model.gguf');
    await writeFile(file, 'GGUF');
    spec = { kind: 'inference', id: 'i', microcloud: 'c', model: 'seed', file, device: 'cpu', key: 'sk-secret' };
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('takes the llama-server on the PATH, with those of its options that it knows', async () => {
    await install('llama-server', LLAMA_SERVER);
    const programs = installedPrograms(`/nowhere:${folder}`, {});
    expect(await programs.inference()).toBe('llama-server 0.7.0');
    const { file, args } = await programs.command(spec, place);
    expect(file).toBe(join(folder, 'llama-server'));
    const line = args.join(' ');
    expect(line).toContain('--host 127.0.0.1 --port 40123');
    expect(line).toContain(`--model ${spec.file} --alias seed --api-key-file /keys/key --ctx-size 4096`);
    expect(line).toContain('--n-gpu-layers 0 --device none --threads 1');
    expect(line).toContain('--offline --no-webui --cors-origins localhost');
    expect(line).not.toContain('--cache-ram');
  });

  it('never shows the key in a command line or an environment', async () => {
    await install('llama-server', LLAMA_SERVER);
    for (const path of [folder, '']) {
      const command = await installedPrograms(path, {}).command(spec, place);
      expect(JSON.stringify(command)).not.toContain(spec.key);
    }
  });

  it('gives a GPU to llama-server by its UUID', async () => {
    await install('llama-server', LLAMA_SERVER);
    const command = await installedPrograms(folder, {}).command(
      { ...spec, device: 'GPU-1', contextTokens: 512 },
      place,
    );
    expect(command.args.join(' ')).toContain('--ctx-size 512 --n-gpu-layers 99 --offline');
    expect(command.env.CUDA_VISIBLE_DEVICES).toBe('GPU-1');
  });

  it('passes over a llama-server that does not run', async () => {
    await install('llama-server', '#!/bin/sh\nexit 127\n');
    expect(await installedPrograms(folder, {}).inference()).toMatch(/^node-llama-cpp \d/);
  });

  it('runs node-llama-cpp where there is no llama-server, and on the CPU alone', async () => {
    const programs = installedPrograms('', {});
    const { program, args } = await programs.command({ ...spec, contextTokens: 512 }, place);
    expect(program).toMatch(/^node-llama-cpp \d/);
    expect(args.slice(1).join(' ')).toBe(
      `--model seed --file ${spec.file} --port 40123 --key-file /keys/key --unit i --context 512`,
    );
    await expect(programs.command({ ...spec, device: 'GPU-1' }, place)).rejects.toMatchObject({
      code: 'gpu-not-usable',
      field: 'device',
    });
  });

  it('says so when the model’s file is not there', async () => {
    const gone = { ...spec, file: join(folder, 'gone.gguf') };
    await expect(installedPrograms('', {}).command(gone, place)).rejects.toMatchObject({
      code: 'model-file-not-readable',
    });
  });

  it('gives units only what programs need of our environment', async () => {
    const environment = pickEnvironment({
      LANG: 'fr_FR.UTF-8',
      TERROIR_DATABASE_URL: 'postgres://secret',
      HOME: undefined,
    });
    expect(environment).toEqual({ LANG: 'fr_FR.UTF-8' });
    const gateway = { kind: 'gateway', id: 'g', microcloud: 'c', folder: '/clouds/c' } as const;
    const command = await installedPrograms('/bin', environment).command(gateway, place);
    expect(command.env).toEqual(environment);
    expect(command.args.slice(1)).toEqual(['--folder', '/clouds/c', '--port', '40123', '--unit', 'g']);
  });

  it('runs a training with the Python it is given, behind everybody else', async () => {
    const training = { kind: 'foundry', id: 't', microcloud: 'c', folder: '/clouds/c/t', reads: [] } as const;
    const python = async () => '/opt/python3';
    const command = await installedPrograms('/bin', {}, python).command(training, place);
    expect(command).toMatchObject({ program: 'foundry', file: '/opt/python3', niceness: 10, env: { PATH: '/bin' } });
    expect(command.args).toEqual([expect.stringMatching(/labs\/foundry\/pipeline\.py$/), '/clouds/c/t/recipe.yaml']);
    await expect(installedPrograms('', {}).command(training, place)).rejects.toMatchObject({
      code: 'program-not-found',
      todo: expect.stringContaining('TERROIR_PYTHON'),
    });
  });

  it('finds Python: the one named, else that of the data folder, else that of the system', async () => {
    await install('python3', '#!/bin/sh\n');
    await install('pypy', '#!/bin/sh\n');
    const found = (python: string | undefined, data = '/nowhere') => findPython({ python, data }, folder);
    expect(await found(undefined)).toBe(join(folder, 'python3'));
    expect(await found('pypy')).toBe(join(folder, 'pypy'));
    expect(await found(join(folder, 'pypy'))).toBe(join(folder, 'pypy'));
    expect(await found(join(folder, 'model.gguf'))).toBeUndefined();
    expect(await found('python9')).toBeUndefined();
    await mkdir(join(folder, 'foundry'));
    await install('foundry/python3', '#!/bin/sh\n');
    expect(await found(undefined, folder)).toBe(join(folder, 'foundry', 'python3'));
  });

  it('lists GPUs as nvidia-smi does, and none without it', async () => {
    expect(await listGpus(folder, {})).toEqual([]);
    await install('nvidia-smi', NVIDIA_SMI);
    expect(await listGpus(folder, {})).toEqual([
      {
        uuid: 'GPU-11111111-2222-3333-4444-555555555555',
        name: 'NVIDIA RTX A2000, 12 GB',
        memoryBytes: 12_282 * 2 ** 20,
      },
    ]);
  });
});
