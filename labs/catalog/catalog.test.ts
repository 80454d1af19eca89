import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { LabManifest } from '../contract/lab.ts';
import { LOCALES } from '../contract/locale.ts';

const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory());

describe.each(folders.map(({ name }) => name))('lab %s', (name) => {
  const folder = join(import.meta.dirname, name);
  const manifest: unknown = parse(readFileSync(join(folder, 'lab.yaml'), 'utf8'));
  const lab = Value.Parse(LabManifest, manifest);
  const ids = lab.steps.map((step) => step.id);

  it('is a lab as the contract has it', () => {
    expect([...Value.Errors(LabManifest, manifest)]).toEqual([]);
    expect(lab.id).toBe(name);
    expect(lab.minutes.least).toBeLessThanOrEqual(lab.minutes.most);
  });

  it('has steps with ids of their own, each needing only steps before it', () => {
    expect(new Set(ids).size).toBe(ids.length);
    lab.steps.forEach((step, index) => {
      for (const needed of step.needs ?? []) expect(ids.slice(0, index)).toContain(needed);
    });
  });

  describe.each(lab.steps)('step $id', (step) => {
    it.each(LOCALES)('speaks %s', (locale) => {
      expect(lab.title[locale]).toBeTruthy();
      expect(lab.summary[locale]).toBeTruthy();
      for (const text of [`${locale}.md`, `hint.${locale}.md`, `solution.${locale}.md`]) {
        expect(existsSync(join(folder, 'steps', step.id, text)), text).toBe(true);
      }
      const [, matter = '', body = ''] = readFileSync(join(folder, 'steps', step.id, `${locale}.md`), 'utf8').split(
        /^---\n/m,
      );
      expect(parse(matter)).toEqual({ title: step.title[locale] });
      const words = body.split(/\s+/).length;
      expect(words).toBeGreaterThan(60);
      expect(words).toBeLessThan(200);
    });

    if (step.check.kind !== 'predicted') return;
    const { question, options } = step.check.prediction;
    it('asks for its prediction in every language', () => {
      for (const locale of LOCALES) {
        expect(question[locale]).toBeTruthy();
        expect(new Set(options.map(({ text }) => text[locale])).size).toBe(options.length);
      }
    });
  });
});
