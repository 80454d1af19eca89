import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS, LATER } from './commands.ts';
import { CHECKOUT, type } from './console.fixture.ts';

describe('what is typed wrongly', () => {
  it.each([
    ['', 'Say what to do.'],
    ['model', 'Say what to do with "model".'],
    ['model pul', 'There is no command "model pul".'],
    ['frobnicate', 'There is no command "frobnicate".'],
    ['model pull', 'ID is missing.'],
    ['model pull one two', '"two" is one argument too many.'],
    ['model list --nope', "Unknown option '--nope'"],
    ['model import file --id', '--id'],
  ])('"%s" ends with 2 and says why', async (command, why) => {
    const { exitCode, notes, out } = await type(command);
    expect([exitCode, out]).toEqual([2, '']);
    expect(notes).toContain(why);
    expect(notes).toContain('npm run terroir --');
  });

  it.each(LATER)('"%s" is not in this version, and that is said', async (command) => {
    const { exitCode, notes } = await type(command);
    expect(exitCode).toBe(2);
    expect(notes).toContain(`"${command}" is planned, and not part of this version.`);
  });

  it('is an object with --json', async () => {
    const { exitCode, out, notes } = await type('model pull --json');
    expect([exitCode, notes]).toEqual([2, '']);
    expect(JSON.parse(out)).toEqual({ error: { code: 'usage', detail: 'ID is missing.', todo: expect.any(String) } });
  });

  it('names every setting that is wrong', async () => {
    const environment = { TERROIR_PORT: 'x', TERROIR_HUB: 'y' };
    const { exitCode, notes } = await type('model list', { environment });
    expect(exitCode).toBe(2);
    expect(notes).toMatch(/TERROIR_PORT=x[\s\S]*TERROIR_HUB: /);
  });
});

describe('help', () => {
  it('shows all there is', async () => {
    for (const command of ['--help', 'help', '-h']) {
      const { exitCode, out } = await type(command);
      expect(exitCode).toBe(0);
      for (const { words, does } of COMMANDS) {
        expect(out).toContain(words.join(' '));
        expect(out).toContain(does);
      }
    }
  });

  it('shows a group', async () => {
    const { exitCode, out } = await type('model --help');
    expect([exitCode, out.includes('model pull'), out.includes('ledger verify')]).toEqual([0, true, false]);
  });

  it.each(COMMANDS.map((command) => [command.words.join(' '), command] as const))('of %s', async (words, command) => {
    const { exitCode, out } = await type(`${words} --help`);
    expect(exitCode).toBe(0);
    expect(out).toContain(command.does);
    expect(out).toContain('--json');
    for (const option of Object.keys(command.options)) expect(out).toContain(`--${option}`);
  });
});

it('runs as a program: one JSON value on standard output, and the exit code', { timeout: 30_000 }, () => {
  const program = join(CHECKOUT, 'lab-runner/src/cli/main.ts');
  const env = { PATH: process.env.PATH, TERROIR_DATA: '/nowhere/terroir' };
  const listed = spawnSync(process.execPath, [program, 'model', 'list', '--json'], { encoding: 'utf8', env });
  expect([listed.status, listed.stderr]).toEqual([0, '']);
  expect(JSON.parse(listed.stdout).length).toBeGreaterThan(4);
  const wrong = spawnSync(process.execPath, [program, 'model', 'remove', 'nothing'], { encoding: 'utf8', env });
  expect([wrong.status, wrong.stdout]).toEqual([1, '']);
  expect(wrong.stderr).toContain('There is no model "nothing"');
});
