import { stat } from 'node:fs/promises';
import type { InferenceSpec } from '../engine.ts';
import { ask, findOnPath } from './on-path.ts';

/** llama.cpp's own server, as found on this machine. */
export interface LlamaServer {
  readonly file: string;
  /** "0.7.0", or a build number such as "b4589" from before llama.cpp had versions. */
  readonly version: string;
  /** Options that its `--help` names. They have changed over time, and an unknown one makes it refuse to start. */
  readonly options: ReadonlySet<string>;
}

/** Undefined when there is none on the PATH, or the one there does not run. */
export async function findLlamaServer(
  path: string,
  env: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<LlamaServer | undefined> {
  const file = await findOnPath('llama-server', path);
  if (!file) return undefined;
  const version = /version: (\S+)/.exec((await ask(file, ['--version'], env, signal)) ?? '')?.[1];
  const help = version && (await ask(file, ['--help'], env, signal));
  if (!version || !help) return undefined;
  return {
    file,
    version: /^\d+$/.test(version) ? `b${version}` : version,
    options: new Set(help.match(/--[a-z][a-z-]+/g)),
  };
}

/** As much as a conversation in a course needs. Left to itself, it takes all that the model was trained for: gigabytes. */
const DEFAULT_CONTEXT_TOKENS = 4096;
/** Below this, one thread is enough, and many small units share a machine better. */
const ONE_THREAD_BELOW_BYTES = 200e6;

export async function llamaServerArgs(
  spec: InferenceSpec,
  place: { readonly port: number; readonly keyFile: string },
  server: LlamaServer,
): Promise<readonly string[]> {
  const onCpu = spec.device === 'cpu';
  const size = (await stat(spec.file)).size;
  const known = (option: string, ...values: readonly string[]) =>
    server.options.has(option) ? [option, ...values] : [];
  return [
    ...['--host', '127.0.0.1'],
    // Its own default port is another for every generation of it.
    ...['--port', String(place.port)],
    ...['--model', spec.file],
    ...['--alias', spec.model],
    ...['--api-key-file', place.keyFile],
    ...['--ctx-size', String(spec.contextTokens ?? DEFAULT_CONTEXT_TOKENS)],
    ...['--n-gpu-layers', onCpu ? '0' : '99'],
    ...(onCpu ? known('--device', 'none') : []),
    ...(onCpu && size < ONE_THREAD_BELOW_BYTES ? ['--threads', '1'] : []),
    ...known('--offline'),
    ...known('--no-webui'),
    // By default any web page may call it; only the gateway does, and it is no web page.
    ...known('--cors-origins', 'localhost'),
    // By default it keeps up to 8 GiB of former conversations in memory.
    ...known('--cache-ram', '0'),
  ];
}
