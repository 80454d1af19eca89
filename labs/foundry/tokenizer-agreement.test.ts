import { readFile } from 'node:fs/promises';
import { Tokenizer } from '@huggingface/tokenizers';
import { beforeAll, describe, expect, it } from 'vitest';

const read = async (name: string) => JSON.parse(await readFile(new URL(name, import.meta.url), 'utf8'));

/**
 * transformers.js cuts text with @huggingface/tokenizers. The ids in token-ids.json are those of transformers, which were found to be
 * those of llama.cpp when the model was shipped (see evaluate/tokenizers_agree_test.py).
 */
describe('the tokenizer of the shipped model in the browser', () => {
  let tokenizer: Tokenizer;
  let strings: Readonly<Record<string, readonly string[]>>;
  let ids: Readonly<Record<string, readonly (readonly number[])[]>>;

  beforeAll(async () => {
    const folder = './seedling/onnx/';
    tokenizer = new Tokenizer(await read(`${folder}tokenizer.json`), await read(`${folder}tokenizer_config.json`));
    strings = await read('./tokenizer-strings.json');
    ids = await read('./seedling/token-ids.json');
  });

  const scripts = 'Latin Arabic Devanagari Chinese Japanese Korean Cyrillic Greek Hebrew Thai'.split(' ');

  it('is tried on thirty strings in each of ten scripts', () => {
    expect(Object.keys(strings)).toEqual(scripts);
    expect(Object.values(strings).map((group) => new Set(group).size)).toEqual(scripts.map(() => 30));
  });

  it.each(scripts)('cuts %s as Python and llama.cpp do', (script) => {
    const found = strings[script]?.map((text) => tokenizer.encode(text, { add_special_tokens: false }).ids);
    expect(found).toEqual(ids[script]);
  });

  it('gives every text back', () => {
    for (const text of Object.values(strings).flat()) {
      const encoded = tokenizer.encode(text, { add_special_tokens: false }).ids;
      expect(tokenizer.decode(encoded, { clean_up_tokenization_spaces: false })).toBe(text);
    }
  });
});
