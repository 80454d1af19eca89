/**
 * An upstream that answers at once, over bare sockets so that it costs next to nothing: what is measured is what stands
 * before it. Prints `{"ready":true,"port":N}`. A request whose JSON has `"stream":true` is answered as server-sent events.
 */
import { createServer } from 'node:net';

const usage = { prompt_tokens: 24, completion_tokens: 8, total_tokens: 32 };
const base = { id: 'chatcmpl-mock', created: 1_700_000_000, model: 'mock' };
const words = ['A ', 'micro-', 'cloud ', 'is ', 'yours', ' to ', 'run', '.'];

const body = JSON.stringify({
  ...base,
  object: 'chat.completion',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: words.join('') } }],
  usage,
});
const whole = Buffer.from(
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
);

const event = (data: string) => {
  const text = `data: ${data}\n\n`;
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
};
const delta = (content: string) =>
  event(
    JSON.stringify({
      ...base,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta: { content }, finish_reason: null }],
    }),
  );
const first = Buffer.from(
  `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n${delta(words[0] ?? '')}`,
);
const rest = Buffer.from(`${words.slice(1).map(delta).join('')}${event('[DONE]')}0\r\n\r\n`);

const server = createServer({ noDelay: true }, (socket) => {
  let pending: Buffer = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.on('data', (data) => {
    pending = pending.length === 0 ? data : Buffer.concat([pending, data]);
    for (;;) {
      const headEnd = pending.indexOf('\r\n\r\n');
      if (headEnd === -1) return;
      const length = /content-length: *(\d+)/i.exec(pending.toString('latin1', 0, headEnd))?.[1] ?? '0';
      const end = headEnd + 4 + Number(length);
      if (pending.length < end) return;
      const streamed = pending.subarray(headEnd + 4, end).includes('"stream":true');
      pending = pending.subarray(end);
      if (streamed) {
        socket.write(first);
        setImmediate(() => socket.write(rest));
      } else socket.write(whole);
    }
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') console.log(JSON.stringify({ ready: true, port: address.port }));
});
process.once('SIGTERM', () => process.exit(0));
