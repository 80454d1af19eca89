import { useEffect, useState } from 'preact/hooks';
import { ProblemError, readPolicy, writePolicy } from '../api.ts';
import { ProblemNote } from '../ProblemNote.tsx';
import { useAction } from '../use-action.ts';
import { fill, formatTime, useWords } from '../words.ts';

/** The policy in force, and its editor. `sha256` changes when anyone puts another in force. */
export function PolicyPane({ microcloud, sha256 }: { microcloud: string; sha256: string | undefined }) {
  const { say, locale } = useWords();
  const [inForce, setInForce] = useState<string>();
  const [draft, setDraft] = useState<string>();
  const [savedAt, setSavedAt] = useState<string>();
  const [elsewhere, setElsewhere] = useState(false);
  const changed = draft !== undefined && draft !== inForce;
  const load = useAction(async () => {
    const text = await readPolicy(microcloud);
    // Another's change must not wipe out what is being written here.
    if (draft === undefined || draft === inForce) setDraft(text);
    else if (text !== inForce && text !== draft) setElsewhere(true);
    setInForce(text);
  });
  // Reload when the policy in force is another one
  useEffect(() => void load.run(), [microcloud, sha256]);
  const save = useAction(async () => {
    if (draft === undefined) return;
    await writePolicy(microcloud, draft);
    setInForce(draft);
    setElsewhere(false);
    setSavedAt(new Date().toISOString());
  });
  const problem = save.error instanceof ProblemError ? save.error.problem : undefined;
  if (inForce === undefined) return <ProblemNote error={load.error} onRetry={load.run} />;
  return (
    <>
      <h2>{say.policy.title}</h2>
      <p class="soft">{say.policy.explain}</p>
      <label class="visually-hidden" for="policy-text">
        {say.policy.label}
      </label>
      <textarea
        id="policy-text"
        class="code"
        spellcheck={false}
        autocomplete="off"
        rows={24}
        value={draft}
        aria-invalid={problem !== undefined}
        aria-describedby="policy-outcome"
        onInput={(event) => {
          setDraft(event.currentTarget.value);
          save.clear();
        }}
      />
      <div id="policy-outcome" role="status">
        {changed && elsewhere && <p class="note">{say.policy.changedElsewhere}</p>}
        {changed && !save.busy && !problem && <p class="soft">{say.policy.unsaved}</p>}
        {!changed && savedAt && (
          <p class="note note--good">{fill(say.policy.saved, { time: formatTime(savedAt, locale) })}</p>
        )}
        {problem?.line !== undefined && (
          <p class="note__title">{fill(say.policy.errorAt, { line: problem.line, column: problem.column ?? 1 })}</p>
        )}
      </div>
      <ProblemNote error={save.error} />
      <p class="row">
        <button type="button" class="button" disabled={!changed || save.busy} onClick={() => save.run()}>
          {save.busy ? say.policy.saving : say.policy.save}
        </button>
        <button
          type="button"
          class="button quiet"
          disabled={!changed || save.busy}
          onClick={() => {
            setDraft(inForce);
            setElsewhere(false);
            save.clear();
          }}
        >
          {elsewhere ? say.policy.loadTheirs : say.policy.discard}
        </button>
      </p>
    </>
  );
}
