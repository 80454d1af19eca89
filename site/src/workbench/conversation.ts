/** One exchange in the chat pane, as kept for this tab. Milliseconds are measured here, from sending. */
export interface Exchange {
  readonly id: number;
  readonly question: string;
  readonly answer: string;
  readonly state: 'waiting' | 'streaming' | 'done' | 'stopped' | 'refused' | 'failed';
  readonly model: string;
  readonly firstMs?: number;
  readonly totalMs?: number;
  readonly refusal?: {
    readonly message: string;
    readonly policy?: string | undefined;
    readonly ledgerIndex?: number | undefined;
  };
}

const PREFIX = 'terroir.chat.';
const KEEP = 40;

/** The conversation of this tab, so that a reload loses nothing. An answer that was still coming ends as stopped. */
export function restore(microcloud: string): readonly Exchange[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(PREFIX + microcloud) ?? '[]');
    return Array.isArray(kept) ? kept.filter(isExchange).map(settle) : [];
  } catch {
    return [];
  }
}

export function keep(microcloud: string, exchanges: readonly Exchange[]): void {
  sessionStorage.setItem(PREFIX + microcloud, JSON.stringify(exchanges.slice(-KEEP)));
}

const isExchange = (value: unknown): value is Exchange =>
  typeof value === 'object' &&
  value !== null &&
  'id' in value &&
  'question' in value &&
  'answer' in value &&
  'state' in value;

const settle = (exchange: Exchange): Exchange =>
  exchange.state === 'waiting' || exchange.state === 'streaming' ? { ...exchange, state: 'stopped' } : exchange;

/** What to send: this message, and with `memory` the answered ones before it. A refused message is never sent again. */
export function messagesOf(before: readonly Exchange[], question: string, memory: boolean) {
  const answered = memory ? before.filter((exchange) => exchange.state === 'done' || exchange.state === 'stopped') : [];
  return [
    ...answered.flatMap((exchange) => [
      { role: 'user' as const, content: exchange.question },
      { role: 'assistant' as const, content: exchange.answer },
    ]),
    { role: 'user' as const, content: question },
  ];
}
