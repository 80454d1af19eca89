import { useEffect, useRef, useState } from 'preact/hooks';
import { RefusedError, streamChat } from './chat-stream.ts';
import { type Exchange, keep, messagesOf, restore } from './conversation.ts';
import { keyOf } from './keys.ts';

export interface ChatSettings {
  readonly model: string;
  readonly maxTokens: number;
  readonly memory: boolean;
}

export interface Chat {
  readonly exchanges: readonly Exchange[];
  readonly busy: boolean;
  readonly send: (question: string, settings: ChatSettings) => Promise<void>;
  readonly stop: () => void;
  readonly clear: () => void;
}

/** One conversation with the models of a micro-cloud, streaming, one question at a time. */
export function useChat(microcloud: { id: string; baseUrl: string }, language: string): Chat {
  const [exchanges, setExchanges] = useState<readonly Exchange[]>(() => restore(microcloud.id));
  const running = useRef<AbortController | undefined>(undefined);
  useEffect(() => keep(microcloud.id, exchanges), [microcloud.id, exchanges]);
  useEffect(() => () => running.current?.abort(), []);

  const send = async (question: string, settings: ChatSettings) => {
    if (running.current) return;
    const controller = new AbortController();
    running.current = controller;
    const begun = performance.now();
    const elapsed = () => Math.round(performance.now() - begun);
    const id = (exchanges.at(-1)?.id ?? 0) + 1;
    let current: Exchange = { id, question, answer: '', state: 'waiting', model: settings.model };
    const show = (change: Partial<Exchange>) => {
      current = { ...current, ...change };
      setExchanges((all) => [...all.filter((one) => one.id !== id), current]);
    };
    show({});
    try {
      const request = {
        baseUrl: pathOf(microcloud.baseUrl),
        key: keyOf(microcloud.id) ?? '',
        model: settings.model,
        messages: messagesOf(exchanges, question, settings.memory),
        maxTokens: settings.maxTokens,
        language,
      };
      for await (const piece of streamChat(request, controller.signal)) {
        show({ answer: current.answer + piece, state: 'streaming', firstMs: current.firstMs ?? elapsed() });
      }
      show({ state: 'done', totalMs: elapsed() });
    } catch (error) {
      show(controller.signal.aborted ? { state: 'stopped' } : endedBy(error));
    } finally {
      running.current = undefined;
      setExchanges((all) => [...all]);
    }
  };

  return {
    exchanges,
    busy: running.current !== undefined,
    send,
    stop: () => running.current?.abort(),
    clear: () => setExchanges([]),
  };
}

/** The same micro-cloud on the origin the page came from: a page reached by another name must not call across origins. */
const pathOf = (baseUrl: string) => new URL(baseUrl).pathname;

function endedBy(error: unknown): Partial<Exchange> {
  if (error instanceof RefusedError) {
    const { message, policy, ledgerIndex } = error;
    return { state: policy === undefined ? 'failed' : 'refused', refusal: { message, policy, ledgerIndex } };
  }
  return { state: 'failed', refusal: { message: error instanceof Error ? error.message : String(error) } };
}
