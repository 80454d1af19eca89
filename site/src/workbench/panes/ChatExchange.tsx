import type { Exchange } from '../conversation.ts';
import { fill, useWords } from '../words.ts';

/** One question with what came of it: an answer, a refusal with its policy and ledger entry, or a failure. */
export function ChatExchange({ exchange, onEntry }: { exchange: Exchange; onEntry: (index: number) => void }) {
  const { say } = useWords();
  const { refusal, state } = exchange;
  return (
    <article class="exchange">
      <p class="exchange__question" dir="auto">
        <span class="exchange__who">{say.chat.you}</span>
        {exchange.question}
      </p>
      {/* Announced once it is whole: a screen reader must not be interrupted at every piece. */}
      <div
        class="exchange__answer"
        dir="auto"
        aria-live="polite"
        aria-busy={state === 'waiting' || state === 'streaming'}
      >
        {!refusal && <span class="exchange__who">{exchange.model}</span>}
        {state === 'waiting' && <p class="soft">{say.chat.thinking}</p>}
        {exchange.answer && <p class="exchange__text">{exchange.answer}</p>}
        {state === 'stopped' && <p class="soft">{say.chat.stopped}</p>}
        {refusal && (
          <div class={`note ${state === 'refused' ? 'note--refused' : 'note--problem'}`}>
            <p class="note__title">
              {state === 'refused' ? fill(say.chat.refused, { policy: refusal.policy ?? '' }) : say.chat.error}
            </p>
            <p>{refusal.message}</p>
            {refusal.ledgerIndex !== undefined && (
              <button type="button" class="button quiet small" onClick={() => onEntry(refusal.ledgerIndex ?? 0)}>
                {fill(say.chat.seeEntry, { index: refusal.ledgerIndex })}
              </button>
            )}
          </div>
        )}
        {state === 'done' && exchange.firstMs !== undefined && exchange.totalMs !== undefined && (
          <p class="soft exchange__measured">
            {fill(say.chat.measured, { first: exchange.firstMs, total: exchange.totalMs })}
          </p>
        )}
      </div>
    </article>
  );
}
