import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const folder = new URL('./seedling/', import.meta.url);
const inFolder = (name: string) => fileURLToPath(new URL(name, folder));

/** What the catalogue reads of a shipped model; the other keys are for people. */
interface Manifest {
  readonly id: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly file: string;
  readonly card: string;
  readonly summary: Readonly<Record<string, string>>;
  readonly languages: readonly string[];
  readonly licence: { readonly id: string; readonly open: boolean };
}

describe('the shipped model', () => {
  let manifest: Manifest;
  let file: Buffer;

  beforeAll(async () => {
    manifest = parse(await readFile(inFolder('model.yaml'), 'utf8'));
    file = await readFile(inFolder(manifest.file));
  });

  it('is the file that its manifest names, to the byte', () => {
    expect(manifest.id).toBe('terroir-seedling');
    expect(file.length).toBe(manifest.sizeBytes);
    expect(createHash('sha256').update(file).digest('hex')).toBe(manifest.sha256);
  });

  it('is a GGUF file of version 3 that a phone could hold', () => {
    expect(file.toString('latin1', 0, 4)).toBe('GGUF');
    expect(file.readUInt32LE(4)).toBe(3);
    expect(file.length).toBeLessThanOrEqual(7_000_000);
  });

  it('carries its name, licence and chat template inside', () => {
    const head = file.toString('latin1', 0, 1_000_000);
    for (const text of ['terroir-seedling', manifest.licence.id, 'tokenizer.chat_template', '<|im_start|>']) {
      expect(head).toContain(text);
    }
  });

  it('has a card that states the same digest, and a summary in each of its languages', async () => {
    expect(await readFile(inFolder(manifest.card), 'utf8')).toContain(manifest.sha256);
    expect(Object.keys(manifest.summary).sort()).toEqual([...manifest.languages].sort());
  });
});
