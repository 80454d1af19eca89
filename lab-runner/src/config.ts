import { join, resolve } from 'node:path';

/** What the operator decided, parsed once. Paths are absolute. */
export interface Config {
  readonly host: string;
  /** True when only this machine can reach {@link host}; then there is no sign-in. */
  readonly loopback: boolean;
  /** 0 lets the operating system choose a free one. */
  readonly port: number;
  /** The one folder that everything is kept in. */
  readonly data: string;
  readonly engine: 'embedded';
  /** Base URL of the model hub or of a mirror of it, without a trailing slash. */
  readonly hub: string;
  readonly maxMicroclouds: number;
  /** The program that runs Python with the foundry's libraries: a path, or a name to look up on the PATH. Undefined: not said. */
  readonly python: string | undefined;
}

/** Thrown once for all wrong variables together. The message is meant for the terminal. */
export class ConfigError extends Error {
  readonly wrong: readonly string[];
  constructor(wrong: readonly string[]) {
    const settings = wrong.length === 1 ? 'One setting is' : `${wrong.length} settings are`;
    super([`Terroir cannot start: ${settings} wrong.`, ...wrong.map((line) => `  ${line}`)].join('\n'));
    this.name = 'ConfigError';
    this.wrong = wrong;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads `TERROIR_*` as contract.md lists them. An empty variable counts as unset.
 * @param checkout folder that relative defaults start from
 * @throws {ConfigError} naming every wrong variable, never only the first
 */
export function readConfig(environment: Environment, checkout: string): Config {
  const wrong: string[] = [];
  const value = (name: string, fallback: string): string => environment[name]?.trim() || fallback;

  const host = value('TERROIR_HOST', '127.0.0.1').replace(/^\[(.*)\]$/, '$1');
  if (!/^[A-Za-z0-9.:_-]+$/.test(host)) {
    wrong.push(`TERROIR_HOST=${host}: give the address to listen on, such as 127.0.0.1 or 0.0.0.0.`);
  }
  const port = wholeNumber(value('TERROIR_PORT', '4321'), 0, 65535);
  if (port === undefined) {
    wrong.push(`TERROIR_PORT=${environment.TERROIR_PORT}: give a whole number from 0 to 65535 (0: any free port).`);
  }
  const maxMicroclouds = wholeNumber(value('TERROIR_MAX_MICROCLOUDS', '16'), 1, 10_000);
  if (maxMicroclouds === undefined) {
    wrong.push(`TERROIR_MAX_MICROCLOUDS=${environment.TERROIR_MAX_MICROCLOUDS}: give a whole number from 1 to 10000.`);
  }
  wrong.push(...wrongEngine(value('TERROIR_ENGINE', 'auto')), ...wrongDatabase(value('TERROIR_DATABASE_URL', '')));
  const hub = value('TERROIR_HUB', 'https://huggingface.co').replace(/\/+$/, '');
  if (!isHttpUrl(hub))
    // Like a database URL, it may hold a password.
    wrong.push('TERROIR_HUB: give the base URL of a model hub, starting with https:// or http://.');

  if (wrong.length > 0 || port === undefined || maxMicroclouds === undefined) throw new ConfigError(wrong);
  return Object.freeze({
    host,
    loopback: isLoopback(host),
    port,
    data: resolve(checkout, value('TERROIR_DATA', join(checkout, '.terroir'))),
    engine: 'embedded' as const,
    hub,
    maxMicroclouds,
    python: program(value('TERROIR_PYTHON', ''), checkout),
  });
}

/** Whether a listening address or host name can only be reached from this machine (RFC 6761 §6.3, RFC 5735 §3, RFC 4291 §2.5.3). */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function wholeNumber(text: string, least: number, most: number): number | undefined {
  const number = Number(text);
  return /^\d+$/.test(text) && number >= least && number <= most ? number : undefined;
}

/** A name stays a name, for the PATH; anything else is a path. */
function program(text: string, checkout: string): string | undefined {
  if (text === '') return undefined;
  return /[/\\]/.test(text) ? resolve(checkout, text) : text;
}

function wrongEngine(engine: string): string[] {
  if (engine === 'auto' || engine === 'embedded') return [];
  if (engine === 'docker' || engine === 'swarm') {
    return [
      `TERROIR_ENGINE=${engine}: this version runs units as local processes only. Use embedded, or leave it unset.`,
    ];
  }
  return [`TERROIR_ENGINE=${engine}: give auto or embedded.`];
}

function wrongDatabase(url: string): string[] {
  if (url === '') return [];
  // A database URL holds a password: name the variable, never its value.
  if (/^postgres(?:ql)?:\/\//.test(url)) {
    return ['TERROIR_DATABASE_URL: this version keeps its data in SQLite only. Leave the variable unset.'];
  }
  return ['TERROIR_DATABASE_URL: not a postgres:// URL. Leave the variable unset to use SQLite.'];
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
