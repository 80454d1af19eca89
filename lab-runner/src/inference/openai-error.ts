/**
 * An error in OpenAI's shape: `{"error": {"message", "type", "param", "code"}}`, with the HTTP status it goes out with.
 * Names that llama-server and OpenAI share are used, so that a client need not know which of the two it talks to.
 */
export class OpenAiError extends Error {
  readonly status: number;
  readonly type: string;
  readonly code: string;
  readonly param: string | null;
  readonly more: Readonly<Record<string, number>>;

  constructor(
    status: number,
    code: string,
    message: string,
    more: { readonly param?: string; readonly figures?: Readonly<Record<string, number>> } = {},
  ) {
    super(message);
    this.name = 'OpenAiError';
    this.status = status;
    this.code = code;
    this.type = TYPES.get(status) ?? (status < 500 ? 'invalid_request_error' : 'server_error');
    this.param = more.param ?? null;
    this.more = more.figures ?? {};
  }

  body(): string {
    const { message, type, code, param } = this;
    return JSON.stringify({ error: { message, type, param, code, ...this.more } });
  }
}

const TYPES: ReadonlyMap<number, string> = new Map([
  [401, 'authentication_error'],
  [404, 'not_found_error'],
  [501, 'not_supported_error'],
  [503, 'unavailable_error'],
]);

/** @param count an exact number of tokens, or `about: 'at least'` that many */
export function contextLengthExceeded(count: number, contextTokens: number, about: '' | 'at least ' = ''): OpenAiError {
  return new OpenAiError(
    400,
    'context_length_exceeded',
    `The prompt has ${about}${count} tokens and this model's context holds ${contextTokens}, the answer included. Shorten the prompt.`,
    { param: 'messages', figures: { n_prompt_tokens: count, n_ctx: contextTokens } },
  );
}
