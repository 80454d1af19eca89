import { expect, it } from 'vitest';
import { serverSentData } from './chat-stream.ts';

function streamOf(...chunks: (string | Uint8Array)[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(typeof chunk === 'string' ? encoder.encode(chunk) : chunk);
      controller.close();
    },
  });
}

async function collect(stream: ReadableStream<Uint8Array>): Promise<string[]> {
  const all: string[] = [];
  for await (const data of serverSentData(stream)) all.push(data);
  return all;
}

it('joins events that arrive in pieces', async () => {
  expect(await collect(streamOf('data: {"a"', ':1}\n', '\ndata: [DO', 'NE]\n\n'))).toEqual(['{"a":1}', '[DONE]']);
});

it('keeps a character whose bytes arrive apart', async () => {
  const bytes = new TextEncoder().encode('data: é\n\n');
  expect(await collect(streamOf(bytes.slice(0, 7), bytes.slice(7)))).toEqual(['é']);
});

it('skips comments and other fields, and understands CRLF', async () => {
  expect(await collect(streamOf(': ping\n\nevent: x\r\ndata: 1\r\n\r\n'))).toEqual(['1']);
});

it('leaves out an event that the connection cut short', async () => {
  expect(await collect(streamOf('data: whole\n\ndata: half'))).toEqual(['whole']);
});

it('cancels the connection when the reader stops early', async () => {
  let cancelled = false;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new TextEncoder().encode('data: more\n\n')),
    cancel: () => {
      cancelled = true;
    },
  });
  for await (const data of serverSentData(endless)) {
    expect(data).toBe('more');
    break;
  }
  expect(cancelled).toBe(true);
});
