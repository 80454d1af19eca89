import type { MicrocloudView } from '@terroir/labs/contract/microcloud.ts';
import { useEffect, useRef, useState } from 'preact/hooks';
import { keyOf } from '../keys.ts';
import { useChat } from '../use-chat.ts';
import { useWords } from '../words.ts';
import { ChatExchange } from './ChatExchange.tsx';

const DEFAULT_MAX_TOKENS = 256;

/** A conversation with one deployed model, through the gateway like any other client. */
export function ChatPane({ microcloud, onEntry }: { microcloud: MicrocloudView; onEntry: (index: number) => void }) {
  const { say, locale } = useWords();
  const chat = useChat(microcloud, locale);
  const models = microcloud.deployments
    .filter((deployment) => deployment.state === 'ready')
    .map((deployment) => deployment.model);
  const [chosen, setChosen] = useState<string>();
  const [question, setQuestion] = useState('');
  const [maxTokens, setMaxTokens] = useState(DEFAULT_MAX_TOKENS);
  const [memory, setMemory] = useState(false);
  const end = useRef<HTMLDivElement>(null);
  const model = chosen && models.includes(chosen) ? chosen : models[0];
  const canSend = model !== undefined && keyOf(microcloud.id) !== null && question.trim() !== '' && !chat.busy;
  // The conversation is what moves the view
  useEffect(() => end.current?.scrollIntoView({ block: 'nearest' }), [chat.exchanges]);

  const send = () => {
    if (!canSend) return;
    setQuestion('');
    void chat.send(question.trim(), { model, maxTokens, memory });
  };

  return (
    <div class="chat">
      <h2>{say.chat.title}</h2>
      <div class="chat__exchanges">
        {chat.exchanges.length === 0 && <p class="empty">{say.chat.empty}</p>}
        {chat.exchanges.map((exchange) => (
          <ChatExchange key={exchange.id} exchange={exchange} onEntry={onEntry} />
        ))}
        <div ref={end} />
      </div>
      {model === undefined && <p class="note">{say.chat.noModel}</p>}
      {keyOf(microcloud.id) === null && <p class="note">{say.chat.noKey}</p>}
      <form
        class="chat__form"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <label class="visually-hidden" for="chat-question">
          {say.chat.label}
        </label>
        <textarea
          id="chat-question"
          rows={2}
          dir="auto"
          value={question}
          placeholder={say.chat.placeholder}
          onInput={(event) => setQuestion(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
              event.preventDefault();
              send();
            }
          }}
        />
        {chat.busy ? (
          <button type="button" class="button quiet" onClick={chat.stop}>
            {say.chat.stop}
          </button>
        ) : (
          <button type="submit" class="button" disabled={!canSend}>
            {say.chat.send}
          </button>
        )}
      </form>
      <div class="chat__settings">
        <label>
          {say.chat.model}{' '}
          <select
            value={model ?? ''}
            disabled={models.length < 2}
            onChange={(event) => setChosen(event.currentTarget.value)}
          >
            {models.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label>
          {say.chat.maxTokens}{' '}
          <input
            type="number"
            min={1}
            max={100_000}
            value={maxTokens}
            onChange={(event) =>
              setMaxTokens(Math.max(1, Math.round(event.currentTarget.valueAsNumber) || DEFAULT_MAX_TOKENS))
            }
          />
        </label>
        <label class="check">
          <input type="checkbox" checked={memory} onChange={(event) => setMemory(event.currentTarget.checked)} />
          {say.chat.memory}
        </label>
        {chat.exchanges.length > 0 && !chat.busy && (
          <button type="button" class="button quiet small" onClick={chat.clear}>
            {say.chat.clear}
          </button>
        )}
      </div>
    </div>
  );
}
