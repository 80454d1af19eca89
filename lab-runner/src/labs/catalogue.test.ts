import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readLabs } from './catalogue.ts';

const good = `
id: first
version: 1
minutes: { least: 1, most: 2 }
title: { en: First }
summary: { en: The first }
steps:
  - { id: start, title: { en: Start }, pane: units, check: { kind: microcloud-ready } }
  - { id: ask, title: { en: Ask }, pane: chat, needs: [start], check: { kind: answered, atLeast: 1 } }
`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'terroir-labs-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function put(name: string, text: string): Promise<void> {
  await mkdir(join(folder, name));
  await writeFile(join(folder, name, 'lab.yaml'), text);
}

it('reads every lab, in order of id', async () => {
  await put('second', good.replace('id: first', 'id: second'));
  await put('first', good);
  const { labs, leftOut } = await readLabs(folder);
  expect(labs.map(({ id }) => id)).toEqual(['first', 'second']);
  expect(leftOut).toEqual([]);
});

it.each([
  ['a syntax error', '{', /flow|collection|expected/i],
  ['an unknown check', good.replace('microcloud-ready', 'clicked'), /\/steps\/0\/check/],
  ['a missing title', good.replace('title: { en: First }', ''), /title/],
  ['the id of another folder', good.replace('id: first', 'id: other'), /other/],
  ['two steps of one id', good.replace('id: ask', 'id: start').replace('needs: [start]', 'needs: []'), /two steps/],
  ['a need of a later step', good.replace('pane: units,', 'pane: units, needs: [ask],'), /start needs ask/],
])('leaves out a lab with %s, names it, and keeps the others', async (_what, text, reason) => {
  await put('first', text);
  await put('whole', good.replace('id: first', 'id: whole'));
  const { labs, leftOut } = await readLabs(folder);
  expect(labs.map(({ id }) => id)).toEqual(['whole']);
  expect(leftOut).toHaveLength(1);
  expect(leftOut[0]).toContain(join('first', 'lab.yaml'));
  expect(leftOut[0]).toMatch(reason);
});

it('names a lab without a manifest', async () => {
  await mkdir(join(folder, 'empty'));
  expect((await readLabs(folder)).leftOut[0]).toContain('empty');
});

it('has no labs where there is no folder', async () => {
  expect(await readLabs(join(folder, 'none'))).toEqual({ labs: [], leftOut: [] });
});
