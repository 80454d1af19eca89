import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { markedProcesses, processIdentity, residentBytes } from './process-table.ts';

describe('processIdentity', () => {
  it('stays the same for a process, and differs between two', async () => {
    const mine = await processIdentity(process.pid);
    expect(mine).toBeDefined();
    expect(await processIdentity(process.pid)).toBe(mine);
    expect(await processIdentity(process.ppid)).not.toBe(mine);
  });

  it('knows nothing of a process that has ended', async () => {
    const child = spawn('sleep', ['0'], { stdio: 'ignore' });
    await once(child, 'exit');
    expect(await processIdentity(child.pid ?? 0)).toBeUndefined();
  });
});

describe('residentBytes', () => {
  it('reads memory in bytes', async () => {
    const bytes = await residentBytes(process.pid);
    expect(bytes).toBeGreaterThan(process.memoryUsage().heapUsed / 2);
    expect(bytes).toBeLessThan(2 ** 40);
  });
});

describe('markedProcesses', () => {
  it('finds what carries the mark of its folder, and nothing else', async () => {
    const env = { PATH: process.env.PATH, TERROIR_UNITS: '/some/folder', TERROIR_UNIT: 'unit-a' };
    // Elsewhere than on Linux the mark is looked for in the command line.
    const command = ['-c', 'sleep 600; true', '--unit', 'unit-a'];
    const child = spawn('sh', command, { stdio: 'ignore', detached: true, env });
    try {
      await once(child, 'spawn');
      const find = async () =>
        (await markedProcesses('/some/folder', ['unit-a'])).filter(({ pid }) => pid === child.pid);
      await expect.poll(find).toEqual([{ pid: child.pid, unit: 'unit-a', leader: true }]);
      expect(await markedProcesses('/other/folder', ['unit-b'])).toEqual([]);
    } finally {
      if (child.pid) process.kill(-child.pid, 'SIGKILL');
    }
  });
});
