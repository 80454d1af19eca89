import { createServer } from 'node:net';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Config } from '../../config.ts';
import { runnerUrl } from '../runner-client.ts';
import type { Check } from './check.ts';
import { portOwner } from './port-owner.ts';

const ANSWER_WITHIN_MS = 3000;
const Health = Type.Object({ version: Type.String(), engine: Type.Object({}) });
const SignIn = Type.Object({ code: Type.Literal('sign-in-required') });

/** Whether the port is free to start on, or Terroir has it already, or who else. */
export async function checkPort(config: Config, signal: AbortSignal): Promise<Check> {
  const id = 'port';
  const url = runnerUrl({ config });
  const running = await terroirAt(url, signal);
  if (running !== undefined) return { id, level: 'ok', found: `${running} runs at ${url}` };
  if (config.port === 0) return { id, level: 'ok', found: 'any free port, chosen at the start' };
  const trouble = await tryToListen(config.host, config.port);
  if (trouble === undefined) return { id, level: 'ok', found: `port ${config.port} on ${config.host} is free` };
  if (trouble === 'EADDRINUSE') {
    const owner = (await portOwner(config.port)) ?? 'another program';
    const todo = 'End that program, or set TERROIR_PORT to another port.';
    return { id, level: 'fail', found: `port ${config.port} is taken by ${owner}`, todo };
  }
  const todo = 'Set TERROIR_HOST to an address of this machine and TERROIR_PORT to a port from 1024 on.';
  return { id, level: 'fail', found: `nothing can listen on ${config.host}, port ${config.port} (${trouble})`, todo };
}

async function terroirAt(url: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const within = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
    const answer: unknown = await (await fetch(`${url}/api/health`, { signal: within })).json();
    if (Value.Check(Health, answer)) return `Terroir ${answer.version}`;
    return Value.Check(SignIn, answer) ? 'Terroir' : undefined;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

/** The code of what stands against it, or undefined. */
function tryToListen(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
