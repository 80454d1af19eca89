/**
 * One model behind OpenAI's routes: the inference unit of a machine that has no llama-server.
 *
 *   node main.ts --model ID --file MODEL.gguf --port 0 --key-file KEYS [--context 4096] [--unit ID]
 *
 * Listens on 127.0.0.1 at once; `/health` says 503 until the model is loaded. Prints one line of JSON,
 * `{"ready":true,"port":N}`, when it is. `--unit` is only a mark by which its starter knows it again.
 */
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { systemClock, systemIds } from '../ports.ts';
import { loadModel } from './model.ts';
import { createInferenceServer } from './serve.ts';

const DEFAULT_CONTEXT_TOKENS = 4096;

function stop(message: string, code: number): never {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}

function whole(name: string, value: string, least: number, most: number): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < least || number > most) {
    throw new Error(`--${name} has to be a whole number from ${least} to ${most}, not "${value}".`);
  }
  return number;
}

function readOptions() {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: { model: text, file: text, port: text, 'key-file': text, context: text, unit: text },
  });
  const { model, file, port, 'key-file': keyFile, context } = values;
  if (!model || !file || !port || !keyFile) throw new Error('--model, --file, --port and --key-file are needed.');
  const keys = readFileSync(keyFile, 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (keys.length === 0) throw new Error(`${keyFile} holds no key.`);
  return {
    model,
    file,
    keys,
    port: whole('port', port, 0, 65_535),
    contextTokens: context ? whole('context', context, 1, 10_000_000) : DEFAULT_CONTEXT_TOKENS,
  };
}

function programVersion(): string {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL('./node_modules/node-llama-cpp/package.json', import.meta.url), 'utf8'),
  );
  return manifest !== null && typeof manifest === 'object' && 'version' in manifest ? String(manifest.version) : '';
}

let options: ReturnType<typeof readOptions>;
try {
  options = readOptions();
} catch (error) {
  stop(error instanceof Error ? error.message : String(error), 2);
}

const { server, ready, close } = createInferenceServer({
  ...options,
  clock: systemClock,
  ids: systemIds,
  randomSeed: () => randomInt(2 ** 32),
  fingerprint: `node-llama-cpp-${programVersion()}`,
});

const ending = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => ending.abort());

server.once('error', (error) => stop(`Port ${options.port} cannot be listened on: ${error.message}.`, 1));
await new Promise<void>((resolve) => server.listen(options.port, '127.0.0.1', resolve));

try {
  const model = await loadModel({ ...options, signal: ending.signal });
  ready(model);
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : options.port;
  process.stdout.write(`${JSON.stringify({ ready: true, port })}\n`);
  ending.signal.addEventListener('abort', () => {
    close()
      .then(() => model.close())
      .finally(() => process.exit(0));
  });
  if (ending.signal.aborted) process.exit(0);
} catch (error) {
  if (ending.signal.aborted) process.exit(0);
  stop(`${options.file} could not be loaded: ${error instanceof Error ? error.message : error}`, 1);
}
