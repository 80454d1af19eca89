import { stringify } from 'yaml';
import { sizeFor } from './model-size.ts';
import type { Training } from './training.ts';

export interface RecipeInputs {
  readonly training: Pick<Training, 'model' | 'name' | 'settings'>;
  /** Of all text together. */
  readonly bytes: number;
  /** Files and folders of text; relative ones start from the folder of the run. */
  readonly sources: readonly string[];
  /** GGUF whose weights and tokenizer the training goes on from; undefined: from scratch. */
  readonly base: string | undefined;
  readonly rivals: readonly { readonly id: string; readonly file: string }[];
}

const MINUTES = 10;

/** The text of recipe.yaml, as labs/foundry/recipe.py reads it. The same training gives the same recipe each time it is started. */
export function recipeOf({ training, bytes, sources, base, rivals }: RecipeInputs): string {
  const { model, name, settings } = training;
  const { tokenizer, architecture, train } = sizeFor(bytes, base !== undefined);
  return stringify({
    id: model,
    languages: settings.languages,
    ...(settings.seed === undefined ? {} : { seed: settings.seed }),
    ...(base === undefined ? {} : { base }),
    data: { sources: [...sources] },
    tokenizer,
    model: architecture,
    train: { ...train, minutes: settings.minutes ?? MINUTES },
    instruct: null,
    evaluation: { rivals: rivals.map(({ id, file }) => ({ id, file })) },
    card: {
      title: name,
      maker: settings.maker?.trim() || 'unknown',
      licence: settings.licence?.trim() || 'unknown',
      statement: settings.statement?.trim() ?? '',
    },
  });
}
