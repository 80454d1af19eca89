import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { CodedError } from '../coded-error.ts';
import { ModelFacts, Sha256 } from './model-facts.ts';
import { readYaml } from './yaml-file.ts';

/**
 * `model.yaml` in the folder of a model that comes with the product. Beside it: `<id>.gguf`, and `card.md` when there is one.
 * More keys than these are allowed: the foundry keeps its own figures there.
 */
export const ShippedFile = Type.Object({
  ...ModelFacts.properties,
  sizeBytes: Type.Integer({ minimum: 1 }),
  sha256: Sha256,
});

export interface ShippedModel extends Static<typeof ShippedFile> {
  /** The GGUF file. */
  readonly path: string;
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
  const card = await readFile(join(folder, 'card.md'), 'utf8').catch(() => undefined);
  return { ...model, path: join(folder, `${model.id}.gguf`), ...(card === undefined ? {} : { card }) };
}
