import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const folder = new URL('./seedling/', import.meta.url);
const inFolder = (name: string) => fileURLToPath(new URL(name, folder));
const ONNX = 'onnx/onnx/model_quantized.onnx';

/** What the catalogue reads of a shipped model; the other keys are for people. */
interface Manifest {
  readonly id: string;
  readonly title: string;
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

  it('is a GGUF file of version 3', () => {
    expect(file.toString('latin1', 0, 4)).toBe('GGUF');
    expect(file.readUInt32LE(4)).toBe(3);
  });

  it('takes no more than twelve megabytes, for servers and for browsers together', async () => {
    const onnx = await stat(inFolder(ONNX));
    expect(file.length + onnx.size).toBeLessThanOrEqual(12_000_000);
  });

  it('carries its name, licence and chat template inside', () => {
    const head = file.toString('latin1', 0, 1_000_000);
    for (const text of [manifest.id, manifest.licence.id, 'tokenizer.chat_template', '<|im_start|>']) {
      expect(head).toContain(text);
    }
  });

  it('has a card that states the same digest, and a summary in each of its languages', async () => {
    expect(await readFile(inFolder(manifest.card), 'utf8')).toContain(manifest.sha256);
    expect(Object.keys(manifest.summary).sort()).toEqual([...manifest.languages].sort());
  });

  it('lies beside nothing that SHA256SUMS does not vouch for', async () => {
    const lines = (await readFile(inFolder('SHA256SUMS'), 'utf8')).trim().split('\n');
    const sums = new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile() && entry.name !== 'SHA256SUMS')
      .map((entry) => `${entry.parentPath}/${entry.name}`.slice(inFolder('').length).replace(/^\//, ''));
    expect([...sums.keys()].sort()).toEqual(files.sort());
    for (const [name, sum] of sums) {
      const digest = createHash('sha256').update(await readFile(inFolder(name)));
      expect(digest.digest('hex'), name).toBe(sum);
    }
  });

  it('is what transformers.js loads', async () => {
    const read = async (name: string) => JSON.parse(await readFile(inFolder(`onnx/${name}`), 'utf8'));
    expect((await read('config.json')).model_type).toBe('llama');
    expect((await read('tokenizer_config.json')).chat_template).toContain('<|im_start|>');
    expect((await read('generation_config.json')).eos_token_id).toHaveLength(2);
  });
});
