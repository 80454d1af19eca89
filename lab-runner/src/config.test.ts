import { describe, expect, it } from 'vitest';
import { ConfigError, isLoopback, readConfig } from './config.ts';

const wrongOf = (environment: Record<string, string>): readonly string[] => {
  try {
    readConfig(environment, '/checkout');
  } catch (error) {
    if (error instanceof ConfigError) return error.wrong;
    throw error;
  }
  return [];
};

describe('readConfig', () => {
  it('needs no variable at all', () => {
    expect(readConfig({}, '/checkout')).toEqual({
      host: '127.0.0.1',
      loopback: true,
      port: 4321,
      data: '/checkout/.terroir',
      engine: 'embedded',
      hub: 'https://huggingface.co',
      maxMicroclouds: 16,
    });
  });

  it('counts an empty variable as unset', () => {
    expect(readConfig({ TERROIR_PORT: '', TERROIR_ENGINE: ' ' }, '/checkout').port).toBe(4321);
  });

  it('takes a relative data folder from the checkout', () => {
    expect(readConfig({ TERROIR_DATA: 'here' }, '/checkout').data).toBe('/checkout/here');
  });

  it('takes Python as a name for the PATH, or as a path', () => {
    const python = (TERROIR_PYTHON: string) => readConfig({ TERROIR_PYTHON }, '/checkout').python;
    expect([python(''), python('python3.14'), python('./env/python3'), python('/opt/python3')]).toEqual([
      undefined,
      'python3.14',
      '/checkout/env/python3',
      '/opt/python3',
    ]);
  });

  it('cannot be changed afterwards', () => {
    expect(Object.isFrozen(readConfig({}, '/checkout'))).toBe(true);
  });

  it('names every wrong variable at once', () => {
    const wrong = wrongOf({
      TERROIR_HOST: 'not a host',
      TERROIR_PORT: '99999',
      TERROIR_ENGINE: 'kubernetes',
      TERROIR_DATABASE_URL: 'mysql://x',
      TERROIR_HUB: 'ftp://hub',
      TERROIR_MAX_MICROCLOUDS: '0',
    });
    expect(wrong.map((line) => line.split(/[=:]/)[0])).toEqual([
      'TERROIR_HOST',
      'TERROIR_PORT',
      'TERROIR_MAX_MICROCLOUDS',
      'TERROIR_ENGINE',
      'TERROIR_DATABASE_URL',
      'TERROIR_HUB',
    ]);
  });

  it.each(['docker', 'swarm'])('says that %s is not in this version', (engine) => {
    expect(wrongOf({ TERROIR_ENGINE: engine })[0]).toContain('this version');
  });

  it('refuses PostgreSQL without showing the password', () => {
    const [line] = wrongOf({ TERROIR_DATABASE_URL: 'postgres://terroir:hunter2@db/terroir' });
    expect(line).toContain('SQLite only');
    expect(line).not.toContain('hunter2');
  });

  it.each(['1.5', '-1', '0x10', '1e3', 'abc'])('refuses %s as a port', (port) => {
    expect(wrongOf({ TERROIR_PORT: port })).toHaveLength(1);
  });
});

describe('isLoopback', () => {
  it.each(['127.0.0.1', '127.8.8.8', 'localhost', 'terroir.localhost', '::1'])('%s stays on this machine', (host) => {
    expect(isLoopback(host)).toBe(true);
  });
  it.each(['0.0.0.0', '::', '192.168.1.4', '127.0.0.1.example', 'localhost.example', '1127.0.0.1'])(
    '%s may be reached from elsewhere',
    (host) => {
      expect(isLoopback(host)).toBe(false);
    },
  );
});
