import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { CodedError } from '../coded-error.ts';
import { ModelFacts, ModelOrigin, Sha256 } from './model-facts.ts';
import { readYaml } from './yaml-file.ts';

const FileName = Type.String({ pattern: '^[\\w-][\\w.-]*$' });

/**
 * `model.yaml` in the folder of a model that comes with the product. More keys than these are allowed: the foundry may keep its own
 * figures there.
 */
const ShippedFile = Type.Object({
  ...ModelFacts.properties,
  origin: ModelOrigin,
  sizeBytes: Type.Integer({ minimum: 1 }),
  sha256: Sha256,
  /** The GGUF file, in the same folder. */
  file: FileName,
  /** The model card in Markdown, in the same folder. */
  card: Type.Optional(FileName),
});

export interface ShippedModel extends Omit<Static<typeof ShippedFile>, 'file' | 'card'> {
  /** The GGUF file. */
  readonly path: string;
  /** Text of the model card. */
  readonly card?: string;
}

export async function readShipped(folder: string): Promise<ShippedModel> {
  const model = await readYaml(join(folder, 'model.yaml'), ShippedFile);
  if (model === undefined) {
    throw new CodedError({
      status: 500,
      code: 'model-file-invalid',
      detail: `There is no model.yaml in ${folder}, where a shipped model should be.`,
      todo: 'Fetch the whole repository again; the file is part of it.',
    });
  }
  const { file, card: cardFile, ...facts } = model;
  const card = cardFile === undefined ? {} : { card: await readFile(join(folder, cardFile), 'utf8') };
  return { ...facts, path: join(folder, file), ...card };
}
