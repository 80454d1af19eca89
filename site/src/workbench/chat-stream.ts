/** One turn of a conversation, as the OpenAI-compatible API takes it. */
export interface ChatMessage {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

/** Why the gateway answered no. `policy` is set when a policy decided; `ledgerIndex` is the entry that records it. */
export class RefusedError extends Error {
  readonly status: number;
  readonly code: string;
  readonly policy: string | undefined;
  readonly ledgerIndex: number | undefined;
  constructor(
    message: string,
    details: { status: number; code: string; policy?: string | undefined; ledgerIndex?: number | undefined },
  ) {
    super(message);
    this.name = 'RefusedError';
    this.status = details.status;
    this.code = details.code;
    this.policy = details.policy;
    this.ledgerIndex = details.ledgerIndex;
  }
}

export interface ChatRequest {
  readonly baseUrl: string;
  readonly key: string;
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly maxTokens: number;
  /** BCP 47 tag in which a refusal gives its reason. */
  readonly language: string;
}

/**
 * Streams one answer, piece by piece, as the model writes it. Aborting `signal` ends the generation in the inference unit too.
 * @throws {RefusedError} when the gateway answers anything but 200
 */
export async function* streamChat(request: ChatRequest, signal: AbortSignal): AsyncGenerator<string> {
  const response = await fetch(`${request.baseUrl}/chat/completions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${request.key}`,
      'accept-language': request.language,
    },
    body: JSON.stringify({
      model: request.model,
      messages: request.messages,
      max_tokens: request.maxTokens,
      temperature: 0,
      stream: true,
    }),
    signal,
  });
  if (!response.ok || response.body === null) throw await refusal(response);
  for await (const data of serverSentData(response.body)) {
    if (data === '[DONE]') return;
    const chunk = JSON.parse(data) as {
      choices?: { delta?: { content?: string | null } }[];
      error?: { message: string; code?: string };
    };
    if (chunk.error)
      throw new RefusedError(chunk.error.message, { status: 502, code: chunk.error.code ?? 'stream_failed' });
    const content = chunk.choices?.[0]?.delta?.content;
    if (content) yield content;
  }
}

async function refusal(response: Response): Promise<RefusedError> {
  const index = Number(response.headers.get('x-terroir-ledger-index') ?? Number.NaN);
  const body = (await response.json().catch(() => ({}))) as {
    error?: { message?: string; code?: string; policy?: string };
    policy?: string;
  };
  return new RefusedError(body.error?.message ?? response.statusText, {
    status: response.status,
    code: body.error?.code ?? String(response.status),
    policy: body.error?.policy ?? body.policy,
    ledgerIndex: Number.isInteger(index) ? index : undefined,
  });
}

/** The `data:` fields of a server-sent event stream (WHATWG HTML §9.2.6), one per event; comments are skipped. */
export async function* serverSentData(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let rest = '';
  try {
    while (true) {
      const { done, value } = await reader.read();
      if (done) return;
      rest += value;
      const events = rest.split(/\r?\n\r?\n/);
      rest = events.pop() ?? '';
      for (const event of events) {
        const lines = event.split(/\r?\n/).filter((line) => line.startsWith('data:'));
        if (lines.length > 0) yield lines.map((line) => line.slice(5).replace(/^ /, '')).join('\n');
      }
    }
  } finally {
    // A reader that stops early must also stop the answer: cancelling closes the connection.
    await reader.cancel().catch(() => {});
  }
}
