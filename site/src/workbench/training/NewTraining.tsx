import type { FoundryReport, TrainingStart } from '@terroir/labs/contract/training.ts';
import { useState } from 'preact/hooks';
import { createTraining, putSource, startTraining } from '../api.ts';
import { ProblemNote } from '../ProblemNote.tsx';
import { useAction } from '../use-action.ts';
import { fill, formatBytes, useWords } from '../words.ts';

/** Languages that a learner picks by name; another one is recognised in the text all the same. */
const LANGUAGES = ['en', 'fr', 'es', 'de', 'ar'] as const;
const FILES = '.txt,.md,.mdx,.pdf,.zip,text/plain,text/markdown,application/pdf,application/zip';

const nameOf = (language: string) => new Intl.DisplayNames([language], { type: 'language' }).of(language) ?? language;

/** What a training needs to be told. Making it, copying the files and starting are one action; what fails leaves a draft behind. */
export function NewTraining({
  microcloud,
  report,
  onMade,
}: {
  microcloud: string;
  report: FoundryReport;
  onMade: (training: string) => void;
}) {
  const { say, locale } = useWords();
  const words = say.training.form;
  const [files, setFiles] = useState<readonly File[]>([]);
  const [text, setText] = useState(report.texts.find(({ language }) => language === locale)?.id ?? 'own');
  const [languages, setLanguages] = useState<readonly string[]>([locale]);
  const [wrong, setWrong] = useState<string>();
  const train = useAction(async (form: FormData) => {
    const field = (name: string) => String(form.get(name) ?? '').trim();
    const optional = Object.fromEntries(
      ['maker', 'licence', 'statement'].map((name) => [name, field(name)]).filter(([, value]) => value !== ''),
    );
    const { id } = await createTraining(microcloud, {
      name: field('name'),
      languages: [...languages],
      start: field('start') as TrainingStart,
      minutes: Number(field('minutes')),
      ...(text === 'own' ? {} : { texts: [text] }),
      ...optional,
    });
    onMade(id);
    if (text === 'own') for (const file of files) await putSource(microcloud, id, file);
    await startTraining(microcloud, id);
  });
  const chooseText = (id: string) => {
    setText(id);
    const language = report.texts.find((one) => one.id === id)?.language;
    if (language) setLanguages([language]);
  };
  const submit = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const fault =
      languages.length === 0 ? words.needsLanguage : text === 'own' && files.length === 0 ? words.needsText : undefined;
    setWrong(fault);
    if (!fault) void train.run(new FormData(event.currentTarget));
  };
  const { torch = '?' } = report.versions;
  return (
    <form class="training-form" onSubmit={submit}>
      <p class="soft">
        {fill(say.training.machine, { torch, threads: report.threads, precision: report.precision ?? 'fp32' })}
      </p>
      <label>
        <span>{words.name}</span>
        <input class="field" name="name" required maxLength={60} placeholder={words.namePlaceholder} />
      </label>
      <fieldset>
        <legend>{words.text}</legend>
        {report.texts.map(({ id, title, bytes, language }) => (
          <label class="check" key={id}>
            <input type="radio" name="text" checked={text === id} onChange={() => chooseText(id)} />
            <span>
              {words.shipped}: <cite lang={language}>{title}</cite> ({formatBytes(bytes, locale)})
            </span>
          </label>
        ))}
        <label class="check">
          <input type="radio" name="text" checked={text === 'own'} onChange={() => chooseText('own')} />
          <span>{words.own}</span>
        </label>
        {text === 'own' && (
          <p>
            <label class="button quiet">
              {words.own}
              <input
                class="visually-hidden"
                type="file"
                multiple
                accept={FILES}
                onChange={(event) => setFiles([...(event.currentTarget.files ?? [])])}
              />
            </label>{' '}
            <span role="status">
              {files.length > 0 &&
                fill(words.chosen, {
                  count: files.length,
                  size: formatBytes(
                    files.reduce((sum, { size }) => sum + size, 0),
                    locale,
                  ),
                })}
            </span>
            <br />
            <span class="soft">{words.ownHint}</span>
          </p>
        )}
      </fieldset>
      <fieldset>
        <legend>{words.languages}</legend>
        <div class="row">
          {LANGUAGES.map((language) => (
            <label class="check" key={language}>
              <input
                type="checkbox"
                checked={languages.includes(language)}
                onChange={({ currentTarget: { checked } }) =>
                  setLanguages(checked ? [...languages, language] : languages.filter((one) => one !== language))
                }
              />
              <span lang={language}>{nameOf(language)}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <fieldset>
        <legend>{words.start}</legend>
        <label class="check">
          <input type="radio" name="start" value="terroir-seedling" defaultChecked />
          <span>{words.seedling}</span>
        </label>
        <label class="check">
          <input type="radio" name="start" value="scratch" />
          <span>{words.scratch}</span>
        </label>
      </fieldset>
      <label>
        <span>{words.minutes}</span>
        <input
          class="field field--short"
          name="minutes"
          type="number"
          min="0.5"
          max="1440"
          step="0.5"
          defaultValue="6"
          required
        />
      </label>
      <details>
        <summary>{words.more}</summary>
        <label>
          <span>{words.maker}</span>
          <input class="field" name="maker" maxLength={100} />
        </label>
        <label>
          <span>{words.licence}</span>
          <input class="field" name="licence" maxLength={60} defaultValue="CC-BY-SA-4.0" />
        </label>
        <label>
          <span>{words.statement}</span>
          <textarea class="field" name="statement" rows={3} maxLength={2000} />
        </label>
      </details>
      {wrong && (
        <p class="note note--problem" role="alert">
          {wrong}
        </p>
      )}
      <ProblemNote error={train.error} />
      <button type="submit" class="button" disabled={train.busy}>
        {train.busy && text === 'own' ? words.uploading : words.train}
      </button>
    </form>
  );
}
