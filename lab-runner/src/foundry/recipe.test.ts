import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { temporaryFolder } from '../models/centre.fixture.ts';
import { sizeFor } from './model-size.ts';
import { type RecipeInputs, recipeOf } from './recipe.ts';

const FOUNDRY = resolve(import.meta.dirname, '../../../labs/foundry');
/** Reading a recipe needs no torch. */
const python = process.env.TERROIR_PYTHON ?? 'python3';
const reads = spawnSync(python, ['-c', 'import sys, yaml; sys.exit(sys.version_info < (3, 11))']).status === 0;

const inputs = (more: Partial<RecipeInputs> = {}): RecipeInputs => ({
  training: {
    model: 'contes',
    name: 'Contes: "le puits"',
    settings: { name: 'Contes: "le puits"', languages: ['fr', 'wo'], statement: 'Told by Awa.\nWith consent.' },
  },
  bytes: 100_000,
  sources: ['source'],
  base: undefined,
  rivals: [{ id: 'terroir-seedling', file: '/models/seedling.gguf' }],
  ...more,
});

describe('the recipe', () => {
  it('says what the learner decided, and defaults for the rest', () => {
    expect(parse(recipeOf(inputs()))).toMatchObject({
      id: 'contes',
      languages: ['fr', 'wo'],
      data: { sources: ['source'] },
      train: { minutes: 10 },
      instruct: null,
      evaluation: { rivals: [{ id: 'terroir-seedling', file: '/models/seedling.gguf' }] },
      card: {
        ...{ title: 'Contes: "le puits"', maker: 'unknown', licence: 'unknown' },
        statement: 'Told by Awa.\nWith consent.',
      },
    });
    expect(parse(recipeOf(inputs()))).not.toHaveProperty('base');
  });

  it('is the same each time, so that a run that goes on finds its checkpoint fitting', () => {
    expect(recipeOf(inputs())).toBe(recipeOf(inputs()));
  });

  it('goes on from other weights more gently', () => {
    const base = '/models/seedling.gguf';
    const [fresh, further] = [parse(recipeOf(inputs())), parse(recipeOf(inputs({ base })))];
    expect(further.base).toBe(base);
    expect(further.train.learningRate).toBeLessThan(fresh.train.learningRate);
  });

  it.skipIf(!reads)('is one that the pipeline takes', async () => {
    const folder = await temporaryFolder();
    const script = 'import sys, recipe; from pathlib import Path; print(recipe.load(Path(sys.argv[1])).id)';
    for (const base of [undefined, '/models/seedling.gguf']) {
      for (const bytes of [1e3, 1e6, 1e7, 1e8]) {
        const file = join(folder, 'recipe.yaml');
        await writeFile(file, recipeOf(inputs({ base, bytes })));
        const { stdout, stderr } = spawnSync(python, ['-c', script, file], { cwd: FOUNDRY, encoding: 'utf8' });
        expect([stdout.trim(), stderr]).toEqual(['contes', '']);
      }
    }
  });
});

describe('the size of a model', () => {
  it('grows with the text', () => {
    const sizes = [5e4, 1e6, 1e7, 1e8].map((bytes) => sizeFor(bytes, false));
    const sorted = [...sizes].sort((a, b) => a.tokenizer.vocabulary - b.tokenizer.vocabulary);
    expect(sizes).toEqual(sorted);
    expect(new Set(sizes.map(({ tokenizer }) => tokenizer.vocabulary)).size).toBe(4);
  });

  it('lets little text be read often but not endlessly, and shows news of it early', () => {
    for (const bytes of [0, 4096, 1e5, 1e12]) {
      const { steps, evaluateEvery, sampleEvery, checkpointEvery } = sizeFor(bytes, false).train;
      expect(steps).toBeGreaterThanOrEqual(200);
      expect(steps).toBeLessThanOrEqual(20_000);
      for (const every of [evaluateEvery, sampleEvery, checkpointEvery]) expect(every).toBeLessThanOrEqual(steps / 5);
    }
  });
});
