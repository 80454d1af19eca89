import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type Child, startAnswering } from './child.ts';

export const PORTKEY_VERSION = '1.15.2';

/** Installs the peer into the cache, never into the product, unless it is there. Throws when the registry cannot be reached. */
export function installPortkey(cache: string): string {
  const folder = join(cache, `portkey-${PORTKEY_VERSION}`);
  const program = join(folder, 'node_modules/@portkey-ai/gateway/build/start-server.js');
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  // A package of its own, or npm would take the checkout above for the project.
  writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
  const wanted = `@portkey-ai/gateway@${PORTKEY_VERSION}`;
  const { status, stderr } = spawnSync(
    'npm',
    ['install', wanted, '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', '--silent'],
    { encoding: 'utf8' },
  );
  if (status !== 0 || !existsSync(program)) throw new Error(`npm could not install ${wanted}: ${stderr.trim()}`);
  return program;
}

/** Its own way to name an upstream: two headers on every request. */
export const portkeyHeaders = (upstreamPort: number): Record<string, string> => ({
  'x-portkey-provider': 'openai',
  'x-portkey-custom-host': `http://127.0.0.1:${upstreamPort}/v1`,
});

export async function startPortkey(program: string): Promise<Child & { readonly port: number }> {
  const port = await freePort();
  const child = await startAnswering([program, '--headless', `--port=${port}`], port);
  return { ...child, port };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
