import { describe, expect, it } from 'vitest';
import { afterGateway, afterInference } from './microcloud.ts';

describe('a micro-cloud follows its gateway', () => {
  it('is ready when the gateway is healthy, also after a failure', () => {
    expect(afterGateway('starting', { state: 'healthy' })).toEqual({ state: 'ready' });
    expect(afterGateway('failed', { state: 'healthy' })).toEqual({ state: 'ready' });
  });

  it.each(['starting', 'unhealthy', 'backing-off'] as const)('is starting again while the gateway is %s', (state) => {
    expect(afterGateway('ready', { state, reason: 'it ended with 1' })).toEqual({
      state: 'starting',
      reason: 'it ended with 1',
    });
  });

  it('says why it failed, even when the engine gave no reason', () => {
    expect(afterGateway('starting', { state: 'failed' }).reason).toMatch(/gateway/);
    expect(afterGateway('ready', { state: 'failed', reason: 'disk full' })).toEqual({
      state: 'failed',
      reason: 'disk full',
    });
  });

  it('stays stopping, whatever its units do while they end', () => {
    for (const state of ['healthy', 'failed', 'stopped', 'stopping'] as const) {
      expect(afterGateway('stopping', { state })).toEqual({ state: 'stopping' });
    }
  });
});

describe('a deployment follows its inference unit', () => {
  it('is ready only once the gateway sends requests to it', () => {
    expect(afterInference('starting', { state: 'healthy' }, false).state).toBe('starting');
    expect(afterInference('starting', { state: 'healthy' }, true).state).toBe('ready');
  });

  it('fails with the reason of its unit', () => {
    expect(afterInference('starting', { state: 'failed', reason: 'out of memory' }, false)).toEqual({
      state: 'failed',
      reason: 'out of memory',
    });
  });

  it('is starting again while its unit backs off', () => {
    expect(afterInference('ready', { state: 'backing-off', reason: 'ended by signal 9' }, true)).toEqual({
      state: 'starting',
      reason: 'ended by signal 9',
    });
  });

  it('stays stopping', () => {
    expect(afterInference('stopping', { state: 'stopped' }, true)).toEqual({ state: 'stopping' });
  });
});
