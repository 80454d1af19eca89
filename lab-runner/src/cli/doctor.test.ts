import { chmod, mkdir, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openCentre, temporaryFolder } from '../models/centre.fixture.ts';
import { checkChromium } from './checks/chromium.ts';
import { checkDataFolder } from './checks/data-folder.ts';
import { checkInference } from './checks/inference.ts';
import { checkModels } from './checks/models.ts';
import { checkNode } from './checks/node.ts';
import { type } from './console.fixture.ts';

async function takenPort(): Promise<number> {
  const server = createServer((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nhello'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

const never = new AbortController().signal;

describe('doctor', () => {
  it('looks at everything, as text and as JSON', async () => {
    const environment = {
      TERROIR_DATA: await temporaryFolder(),
      TERROIR_PORT: '0',
      CHROMIUM_PATH: '/nowhere/chromium',
    };
    const { out } = await type('doctor --json', { environment });
    const { ok, checks } = JSON.parse(out);
    expect(checks.map(({ id }: { id: string }) => id)).toEqual([
      'node',
      'data-folder',
      'port',
      'engine',
      'gpu',
      'models',
      'foundry',
      'chromium',
    ]);
    expect(ok).toBe(checks.every(({ level }: { level: string }) => level !== 'fail'));
    expect(checks.at(-1)).toMatchObject({ level: 'warn', todo: expect.stringContaining('CHROMIUM_PATH') });
    const text = await type('doctor', { environment });
    expect(text.exitCode).toBe(ok ? 0 : 1);
    expect(text.out).toMatch(/^OK {4}node {9}Node 24/);
  });

  it('names the program that has the port', async () => {
    const port = await takenPort();
    const environment = { TERROIR_DATA: await temporaryFolder(), TERROIR_PORT: String(port) };
    const { exitCode, out } = await type('doctor', { environment });
    expect(exitCode).toBe(1);
    expect(out).toMatch(new RegExp(`FAIL  port +port ${port} is taken by .*\\n +End that program`));
    if (process.platform === 'linux') expect(out).toContain(`(process ${process.pid})`);
  });
});

describe('what it finds', () => {
  it('an old Node', () => {
    expect(checkNode('24.1.0')).toMatchObject({ level: 'ok' });
    expect(checkNode('22.9.0')).toMatchObject({ level: 'fail', todo: expect.stringContaining('npm') });
  });

  it('room on the disk, or too little', async () => {
    const folder = join(await temporaryFolder(), 'not', 'made', 'yet');
    const level = async (free: number) => (await checkDataFolder(folder, async () => free)).level;
    expect([await level(50e9), await level(500e6), await level(10e6)]).toEqual(['ok', 'warn', 'fail']);
  });

  it('a data folder that is a file', async () => {
    const file = join(await temporaryFolder(), 'file');
    await writeFile(file, '');
    await chmod(file, 0o755);
    expect(await checkDataFolder(file)).toMatchObject({ level: 'fail', todo: expect.stringContaining('TERROIR_DATA') });
  });

  it('a machine that can not run models', () => {
    const [engine] = checkInference({
      kind: 'embedded',
      ready: false,
      gpus: [],
      inference: 'none',
      reason: 'Do this.',
    });
    expect(engine).toMatchObject({ level: 'fail', todo: 'Do this.' });
    const gpus = [{ uuid: 'u', name: 'Card', memoryBytes: 8e9 }];
    const [, gpu] = checkInference({ kind: 'embedded', ready: true, gpus, inference: 'llama-server 1' });
    expect(gpu).toMatchObject({ level: 'ok', found: 'Card, 8.0 GB' });
  });

  it('models: none, sound, damaged, and records that can not be read', async () => {
    const centre = await openCentre();
    const look = () => checkModels(centre.models, never, () => undefined);
    expect(await look()).toMatchObject({ level: 'warn', todo: expect.stringContaining('import') });
    await centre.models.pull('tiny-instruct-q4', { acceptLicence: true });
    expect(await look()).toMatchObject({ level: 'ok', found: '1 installed and verified' });
    const { file } = await centre.models.fileOf('tiny-instruct-q4');
    await chmod(file, 0o644);
    await writeFile(file, 'short');
    expect(await look()).toMatchObject({ level: 'fail', found: expect.stringContaining('tiny-instruct-q4') });
    await mkdir(centre.folder, { recursive: true });
    await writeFile(join(centre.folder, 'broken.yaml'), 'id: [');
    expect(await look()).toMatchObject({ level: 'fail', found: expect.stringContaining('broken.yaml') });
  });

  it('a browser for the tests', async () => {
    expect(await checkChromium(process.execPath)).toMatchObject({ level: 'ok' });
    expect(await checkChromium('/nowhere')).toMatchObject({ level: 'warn' });
  });
});
