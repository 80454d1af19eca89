import { readFileSync } from 'node:fs';
import { enableCompileCache, flushCompileCache } from 'node:module';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join, resolve } from 'node:path';
import { CodedError } from './coded-error.ts';
import type { Runner } from './compose.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { type DataFolder, takeDataFolder } from './data-folder.ts';
import type { Log } from './log.ts';

/** Ending takes as long as the slowest unit's grace, that of a training which keeps a checkpoint, and never longer than this. */
const MOST_CLOSING_MS = 40_000;

const PARENT_CHECK_MS = 500;

const checkout = resolve(import.meta.dirname, '../..');
const say = (line: string) => process.stdout.write(`${line}\n`);
const complain = (line: string) => process.stderr.write(`${line}\n`);

interface Started {
  readonly folder: DataFolder;
  readonly log: Log;
  readonly runner: Runner;
}
let started: Partial<Started> = {};
let ending = false;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(0));
process.on('uncaughtException', (error) => fault(error));
process.on('unhandledRejection', (error) => fault(error));

// `npm start` puts npm and a shell between the person and this process, and a shell that is ended does not pass that on.
const parent = process.ppid;
if (process.env.npm_lifecycle_event !== undefined) {
  setInterval(() => {
    if (process.ppid !== parent && !ending) void end(0);
  }, PARENT_CHECK_MS).unref();
}

// What is kept here is for this user: keys, policies, ledgers.
process.umask(0o077);
try {
  await start(readConfig(process.env, checkout));
} catch (error) {
  complain(messageOf(error));
  await end(error instanceof ConfigError ? 2 : 1);
}

async function start(config: Config): Promise<void> {
  const { version } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as { version: string };
  const folder = await takeDataFolder(config.data);
  started = { folder };
  // Loaded only now, so that a wrong setting or a folder in use is told at once, and compiled code can come from the cache.
  enableCompileCache(join(config.data, 'compile-cache'));
  const [{ compose }, { openLog }] = await Promise.all([import('./compose.ts'), import('./log.ts')]);
  const log = openLog(join(config.data, 'runner.log'));
  started = { folder, log };
  const runner = await compose(config, checkout, version, log);
  started = { folder, log, runner };
  await listen(runner, config);
  const { port } = runner.app.server.address() as AddressInfo;
  const url = urlOf(config.host, port);
  await folder.announce(url);
  const [recovery, report, models] = await Promise.all([runner.recover(), runner.engineReport(), runner.models()]);
  if (ending) return;

  say(`Terroir ${version}`);
  say(`  Engine   ${report.kind}; models run on ${report.inference}${gpus(report.gpus.length)}`);
  if (!report.ready) say(`           ${report.reason ?? 'It cannot run units now.'}`);
  say(`  Models   ${models.installed} ready to deploy, ${models.known} in the catalogue`);
  say(`  Data     ${config.data}`);
  if (recovery.microclouds > 0)
    say(`  Going on ${recovery.microclouds} micro-cloud(s), ${recovery.adopted} unit(s) that still ran`);
  for (const line of runner.labsLeftOut) say(`  Left out ${line}`);
  if (!config.loopback) {
    for (const address of reachableAt(config.host)) say(`  Reach it ${urlOf(address, port)}`);
    if (runner.freshPassphrase !== undefined) say(`  Passphrase, shown only now: ${runner.freshPassphrase}`);
  }
  say(`Terroir is ready at ${url}`);
  flushCompileCache();
}

async function listen(runner: Runner, { host, port }: Config): Promise<void> {
  try {
    await runner.app.listen({ host, port });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const facts = {
      EADDRINUSE: [
        `Port ${port} on ${host} is taken by another program.`,
        'End that program, or set TERROIR_PORT to another port.',
      ],
      EACCES: [`This user may not listen on port ${port}.`, 'Set TERROIR_PORT to a port from 1024 on.'],
      EADDRNOTAVAIL: [`This machine has no address ${host}.`, 'Set TERROIR_HOST to one of its own, or leave it unset.'],
      ENOTFOUND: [
        `The name ${host} is not known.`,
        'Set TERROIR_HOST to an address of this machine, or leave it unset.',
      ],
    }[String(code)];
    if (!facts) throw error;
    const [detail = '', todo = ''] = facts;
    throw new CodedError({ status: 500, code: 'cannot-listen', detail, todo, cause: error });
  }
}

/** Ends everything this process started; asked a second time, ends itself at once. */
async function end(code: number): Promise<void> {
  if (ending) process.exit(130);
  ending = true;
  setTimeout(() => process.exit(1), MOST_CLOSING_MS).unref();
  const { runner, log, folder } = started;
  if (runner && code === 0) {
    say(
      `Ending all units …${runner.isTraining() ? ' A training keeps a checkpoint first; this may take half a minute.' : ''}`,
    );
  }
  try {
    await runner?.close();
  } catch (error) {
    log?.report('ending', error);
    complain(`Not everything ended well: ${messageOf(error)}`);
  }
  log?.close();
  folder?.release();
  process.exit(code);
}

function fault(error: unknown): void {
  started.log?.report('a fault ended the runner', error);
  complain(`Terroir ended because of a fault of its own: ${messageOf(error)}`);
  if (!ending) void end(1);
}

function messageOf(error: unknown): string {
  if (error instanceof CodedError) return `${error.detail}\n${error.todo}`;
  if (error instanceof ConfigError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** A wildcard address is no address to open; on this machine, loopback is. */
function urlOf(host: string, port: number): string {
  const address = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}/`;
}

function reachableAt(host: string): string[] {
  if (host !== '0.0.0.0' && host !== '::') return [host];
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => address);
}

function gpus(count: number): string {
  return count === 0 ? '' : `, with ${count} GPU(s) found`;
}
