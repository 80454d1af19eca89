import type { MicrocloudView } from '@terroir/labs/contract/microcloud.ts';
import { useState } from 'preact/hooks';
import { createMicrocloud, destroyMicrocloud, rotateKey } from './api.ts';
import { Copyable } from './Copyable.tsx';
import { forgetKey, keepKey, keyOf } from './keys.ts';
import { ProblemNote } from './ProblemNote.tsx';
import type { Link } from './store.ts';
import { useAction } from './use-action.ts';
import { useWords } from './words.ts';

/** The micro-cloud this workbench shows, or the way to one. */
export function MicrocloudBar({
  microcloud,
  link,
  others,
  onChoose,
}: {
  microcloud: MicrocloudView | null;
  link: Link;
  others: readonly MicrocloudView[];
  onChoose: (id: string | null) => void;
}) {
  const { say } = useWords();
  const start = useAction(async () => {
    const created = await createMicrocloud();
    keepKey(created.id, created.key);
    onChoose(created.id);
  });
  if (microcloud === null) {
    return (
      <section class="bar bar--empty" aria-label={say.microcloud.choose}>
        <div>
          <p class="bar__name">{say.microcloud.none}</p>
          <p class="soft">{say.microcloud.explain}</p>
        </div>
        <button type="button" class="button" disabled={start.busy} onClick={() => start.run()}>
          {start.busy ? say.microcloud.starting : say.microcloud.start}
        </button>
        <ProblemNote error={start.error} onRetry={start.run} />
      </section>
    );
  }
  return (
    <section class="bar" aria-label={say.microcloud.choose}>
      {others.length > 1 ? (
        <select
          class="bar__name"
          aria-label={say.microcloud.choose}
          value={microcloud.id}
          onChange={(event) => onChoose(event.currentTarget.value)}
        >
          {others.map((other) => (
            <option key={other.id} value={other.id}>
              {other.name}
            </option>
          ))}
        </select>
      ) : (
        <span class="bar__name">{microcloud.name}</span>
      )}
      <span class={`state state--${microcloud.state}`}>{say.microcloud.state[microcloud.state]}</span>
      <span class="soft" role="status">
        {link === 'live' ? '' : say.link[link]}
      </span>
      <Connect microcloud={microcloud} onGone={() => onChoose(null)} />
      {microcloud.reason && <p class="note note--problem">{microcloud.reason}</p>}
    </section>
  );
}

function Connect({ microcloud, onGone }: { microcloud: MicrocloudView; onGone: () => void }) {
  const { say } = useWords();
  const [key, setKey] = useState(keyOf(microcloud.id));
  const [sure, setSure] = useState(false);
  const renew = useAction(async () => {
    const renewed = await rotateKey(microcloud.id);
    keepKey(microcloud.id, renewed.key);
    setKey(renewed.key);
  });
  const destroy = useAction(async () => {
    await destroyMicrocloud(microcloud.id);
    forgetKey(microcloud.id);
    onGone();
  });
  return (
    <details class="connect">
      <summary>{say.microcloud.connect}</summary>
      <div class="connect__body">
        <p>{say.microcloud.connectExplain}</p>
        <Copyable label={say.microcloud.baseUrl} value={microcloud.baseUrl} />
        {key ? <Copyable label={say.microcloud.key} value={key} /> : <p>{say.microcloud.keyElsewhere}</p>}
        <p class="row">
          <button type="button" class="button quiet" disabled={renew.busy} onClick={() => renew.run()}>
            {say.microcloud.newKey}
          </button>
          <button type="button" class="button quiet danger" aria-expanded={sure} onClick={() => setSure(!sure)}>
            {say.microcloud.destroy}
          </button>
        </p>
        {sure && (
          <div class="note note--problem" role="alert">
            <p>{say.microcloud.destroyConfirm}</p>
            <p class="row">
              <button type="button" class="button quiet danger" disabled={destroy.busy} onClick={() => destroy.run()}>
                {say.microcloud.destroyYes}
              </button>
              <button type="button" class="button quiet" onClick={() => setSure(false)}>
                {say.cancel}
              </button>
            </p>
          </div>
        )}
        <ProblemNote error={renew.error ?? destroy.error} />
      </div>
    </details>
  );
}
