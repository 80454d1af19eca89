import type { HeldOutScore } from '@terroir/labs/contract/foundry-event.ts';
import type { TrainingView } from '@terroir/labs/contract/training.ts';
import { fill, useWords } from '../words.ts';

/** The new model beside its rivals, language by language. */
export function Scores({ training }: { training: TrainingView }) {
  const { say, locale } = useWords();
  const words = say.training.scores;
  const { scores, model, name } = training;
  if (scores.length === 0) return null;
  const names = new Intl.DisplayNames([locale], { type: 'language', fallback: 'code' });
  const number = (digits: number) =>
    new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return (
    <>
      <h4>{words.title}</h4>
      <p class="soft">{words.explain}</p>
      <div class="scroll">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{words.language}</th>
              <th scope="col">{words.model}</th>
              <th scope="col">{words.bits}</th>
              <th scope="col">{words.perplexity}</th>
            </tr>
          </thead>
          <tbody>
            {byLanguage(scores).map((score) => (
              <tr key={`${score.language} ${score.model}`}>
                <td>{score.language === 'und' ? '?' : names.of(score.language)}</td>
                <th scope="row">{score.model === model ? fill(words.yours, { name }) : score.model}</th>
                <td class="number">
                  {number(3).format(score.bitsPerByte)}
                  {score.best && ' '}
                  {score.best && <span class="state state--ready">{words.best}</span>}
                </td>
                <td class="number">{number(1).format(score.perplexity)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function byLanguage(scores: readonly HeldOutScore[]): (HeldOutScore & { readonly best: boolean })[] {
  return [...new Set(scores.map(({ language }) => language))].flatMap((language) => {
    const here = scores.filter((score) => score.language === language);
    const least = Math.min(...here.map(({ bitsPerByte }) => bitsPerByte));
    return here
      .toSorted((a, b) => a.bitsPerByte - b.bitsPerByte)
      .map((score) => ({ ...score, best: here.length > 1 && score.bitsPerByte === least }));
  });
}
