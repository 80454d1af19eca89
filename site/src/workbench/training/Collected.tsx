import type { TrainingView } from '@terroir/labs/contract/training.ts';
import { fill, formatBytes, useWords } from '../words.ts';

/** What became of the learner's text: how much is read and held out, what was repaired, replaced and left out. */
export function Collected({ training: { collected, tokenizer } }: { training: TrainingView }) {
  const { say, locale } = useWords();
  const words = say.training.data;
  if (!collected) return null;
  const names = new Intl.DisplayNames([locale], { type: 'language', fallback: 'code' });
  const nameOf = (language: string) => (language === 'und' ? '?' : (names.of(language) ?? language));
  const list = new Intl.ListFormat(locale, { type: 'conjunction' });
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const personal = Object.entries(collected.personalData).map(([kind, count]) => `${kind} ×${count}`);
  return (
    <details>
      <summary>{words.title}</summary>
      <div class="scroll">
        <table class="table number">
          <thead>
            <tr>
              <th scope="col">{words.language}</th>
              <th scope="col">{words.documents}</th>
              <th scope="col">{words.train}</th>
              <th scope="col">{words.held}</th>
            </tr>
          </thead>
          <tbody>
            {Object.entries(collected.languages).map(([language, found]) => (
              <tr key={language}>
                <th scope="row">{nameOf(language)}</th>
                <td>{found.documents}</td>
                <td>{formatBytes(found.trainBytes, locale)}</td>
                <td>{formatBytes(found.heldBytes, locale)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <ul>
        <li>{fill(words.duplicates, { count: collected.nearDuplicates })}</li>
        <li>{fill(words.repaired, { count: collected.repaired })}</li>
        <li>{personal.length > 0 ? fill(words.personal, { list: list.format(personal) }) : words.noPersonal}</li>
        {collected.leftOut.map(({ source, detail }) => (
          <li key={source}>
            {words.leftOut}: {source}. {detail}
          </li>
        ))}
        {tokenizer && (
          <li>
            {fill(words.tokenizer, {
              vocabulary: number.format(tokenizer.vocabulary),
              list: list.format(
                tokenizer.fertility.map(
                  ({ language, bytesPerToken }) => `${nameOf(language)} ${number.format(bytesPerToken)}`,
                ),
              ),
            })}
          </li>
        )}
      </ul>
    </details>
  );
}
