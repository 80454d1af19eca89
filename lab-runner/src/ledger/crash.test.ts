import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { verifyLedger } from '@terroir/labs/contract/ledger/verify-ledger.ts';
import { describe, expect, it, onTestFinished } from 'vitest';
import { entryOf, ORIGIN, open, temporaryFolder } from './ledger-fixture.ts';

const PROGRAM = fileURLToPath(import.meta.resolve('./appending-process.ts'));

function start(command: string, args: string[]): { child: ChildProcess; lines: AsyncIterableIterator<string> } {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
}

const startAppending = (folder: string) => start(process.execPath, [PROGRAM, folder, ORIGIN, '100']);

describe('kill -9', () => {
  it('loses no acknowledged entry, at whatever moment it comes', async () => {
    const folder = await temporaryFolder();
    let acknowledged = -1;
    for (const until of [1, 40, 200, 700]) {
      const { child, lines } = startAppending(folder);
      expect((await lines.next()).value).toMatch(/^open \d+$/);
      for (let count = 0; count < until; count++)
        acknowledged = Math.max(acknowledged, Number((await lines.next()).value));
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      // What it printed before it died counts too.
      for await (const line of lines) acknowledged = Math.max(acknowledged, Number(line));
      await exit;

      const ledger = await open(folder);
      expect(ledger.size).toBeGreaterThan(acknowledged);
      for await (const { bytes } of ledger.entries()) expect(bytes).toHaveLength(100);
      await ledger.publish();
      const verdict = await verifyLedger((path) => ledger.file(path), ledger.verifierKey);
      expect(verdict).toMatchObject({ verified: true, size: ledger.size });
      await ledger.close();
    }
    expect(acknowledged).toBeGreaterThan(700);
  });
});

describe('two writers', () => {
  it('are refused in one process', async () => {
    const folder = await temporaryFolder();
    const ledger = await open(folder);
    await expect(open(folder)).rejects.toMatchObject({ code: 'ledger-locked' });
    await ledger.append(entryOf(0));
    await ledger.close();
    expect((await open(folder)).size).toBe(1);
  });

  it('are refused between processes, naming the other; its death frees the ledger', async () => {
    const folder = await temporaryFolder();
    const { child, lines } = startAppending(folder);
    await lines.next();
    await expect(open(folder)).rejects.toMatchObject({
      code: 'ledger-locked',
      message: expect.stringContaining(`process ${child.pid} since`),
    });
    expect(await readFile(join(folder, 'writer'), 'utf8')).toContain(String(child.pid));
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
    await expect(open(folder)).resolves.toBeDefined();
  });
});

describe('a full disk', () => {
  // A limit on the size of files makes the kernel cut a write short, as a full disk does. Tiles and checkpoint stay below it.
  const withLimit = (folder: string, bytes: string) =>
    start('sh', [
      '-c',
      'trap "" XFSZ; ulimit -f 200; exec "$@"',
      'sh',
      process.execPath,
      PROGRAM,
      folder,
      ORIGIN,
      bytes,
    ]);

  it('refuses what does not fit, counts nothing of it, and loses nothing before it', async () => {
    const folder = await temporaryFolder();
    const { lines } = withLimit(folder, '3000');
    const printed: string[] = [];
    for await (const line of lines) printed.push(line);
    const acknowledged = printed.map(Number).filter((index) => !Number.isNaN(index));
    const size = Math.max(...acknowledged) + 1;
    expect(printed).toContain('ledger-disk-full');
    expect(printed).toContain(`size ${size}`);
    expect(acknowledged.length).toBe(size);
    expect(size).toBeGreaterThan(10);

    const ledger = await open(folder);
    expect(ledger.size).toBe(size);
    expect(await ledger.append(entryOf(0))).toEqual({ index: size });
  });
});
