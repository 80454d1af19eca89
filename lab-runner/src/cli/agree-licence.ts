import type { ModelView } from '@terroir/labs/contract/model.ts';
import type { Terminal } from './terminal.ts';

/** Shows what a model comes under, and asks for consent where somebody can be asked. */
export async function agreeToLicence(
  { title, origin, licence }: ModelView,
  agreedBefore: boolean,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<boolean> {
  const file = origin.quantisedBy === undefined ? '' : `; this file was made of it by ${origin.quantisedBy}`;
  terminal.note(`${title}, by ${origin.maker} (${origin.jurisdiction})${file}.`);
  terminal.note(`Licence: ${licence.id}${licence.url === undefined ? '' : `, ${licence.url}`}`);
  if (agreedBefore) return true;
  if (!terminal.interactive) return false;
  for (;;) {
    const answer = await terminal.ask('Do you accept this licence? (yes, no, or text to read it) ', signal);
    if (/^(y|yes)$/i.test(answer)) return true;
    if (/^(n|no)$/i.test(answer)) return false;
    if (/^(t|text)$/i.test(answer))
      terminal.note(licence.text ?? `Its text is at ${licence.url ?? 'the page of the model'}.`);
  }
}
