import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const HERE = import.meta.dirname;

/** Stands in for npm: notes what it was asked for, and brings one package, or fails. */
const NPM = `
const fs = require('node:fs');
if (process.env.NPM_FAILS) { console.error('network down'); process.exit(1); }
const lock = JSON.parse(fs.readFileSync('package-lock.json', 'utf8'));
fs.writeFileSync(process.env.NOTE, JSON.stringify({ args: process.argv.slice(2), packages: lock.packages }));
fs.mkdirSync('node_modules/brought', { recursive: true });
`;

const supported = `${process.platform}-${process.arch}` === 'linux-x64';

describe.runIf(supported)('installInference', () => {
  let root: string;
  let folder: string;
  let note: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'terroir-install-'));
    folder = join(root, 'lab-runner', 'src', 'inference');
    note = join(root, 'note.json');
    await mkdir(folder, { recursive: true });
    for (const file of ['install.mjs', 'package.json', 'package-lock.json'])
      await cp(join(HERE, file), join(folder, file));
    await writeFile(join(root, 'npm.js'), NPM);
  });
  afterEach(async () => {
    await rm(root, { recursive: true });
  });

  const install = (env: Record<string, string> = {}) =>
    run(process.execPath, [join(folder, 'install.mjs')], {
      env: { ...process.env, npm_execpath: join(root, 'npm.js'), NOTE: note, ...env },
    });
  const brought = () => readdir(join(folder, 'node_modules'));

  it('asks npm for the locked packages, this platform’s program, no other, and no script', async () => {
    await install();
    const { args, packages } = JSON.parse(await readFile(note, 'utf8')) as {
      args: string[];
      packages: Record<string, { integrity?: string; optionalDependencies?: unknown }>;
    };
    expect(args).toEqual(expect.arrayContaining(['ci', '--ignore-scripts']));
    const programs = Object.keys(packages).filter((path) => path.startsWith('node_modules/@node-llama-cpp/'));
    expect(programs).toEqual(['node_modules/@node-llama-cpp/linux-x64']);
    const fetched = Object.entries(packages).filter(([path]) => path !== '');
    expect(fetched.filter(([, entry]) => !entry.integrity?.startsWith('sha512-'))).toEqual([]);
    expect(fetched.filter(([, entry]) => entry.optionalDependencies)).toEqual([]);
    expect(await brought()).toContain('brought');
  });

  it('does nothing when all is right', async () => {
    await install();
    await rm(note);
    expect((await install()).stdout).toBe('');
    await expect(stat(note)).rejects.toThrow();
  });

  it('installs anew when the lock has changed', async () => {
    await install();
    await rm(note);
    await writeFile(join(folder, 'node_modules', 'stale'), '');
    const lock = join(folder, 'package-lock.json');
    await writeFile(lock, `${await readFile(lock, 'utf8')}\n`);
    await install();
    expect(await brought()).toEqual(['.stamp', 'brought']);
  });

  it('keeps what was there when npm fails, and says what npm said', async () => {
    await install();
    await writeFile(join(folder, 'node_modules', '.stamp'), 'another');
    await expect(install({ NPM_FAILS: '1' })).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('network down'),
    });
    expect(await brought()).toContain('brought');
    expect(await readdir(join(root, '.cache'))).toEqual([]);
  });
});
