import type { MicrocloudView, UnitView } from '@terroir/labs/contract/microcloud.ts';
import { expect, it } from 'vitest';
import { initialState, reduce } from './store.ts';

const unit = (id: string, state: UnitView['state']): UnitView => ({
  id,
  kind: 'gateway',
  state,
  program: 'gateway',
  since: '2026-11-22T10:00:00Z',
  restarts: 0,
});

const microcloud: MicrocloudView = {
  id: 'm1',
  name: 'one',
  state: 'ready',
  baseUrl: 'http://127.0.0.1/m/m1/v1',
  createdAt: '2026-11-22T10:00:00Z',
  units: [unit('a', 'healthy')],
  deployments: [],
};

it('takes a snapshot as the whole truth, also after a cut', () => {
  const lost = { ...initialState, link: 'lost' as const };
  expect(reduce(lost, { type: 'snapshot', microcloud })).toMatchObject({ link: 'live', microcloud });
});

it('replaces the unit that changed, and adds a new one', () => {
  const live = reduce(initialState, { type: 'snapshot', microcloud });
  expect(reduce(live, { type: 'unit', unit: unit('a', 'failed') }).microcloud?.units).toEqual([unit('a', 'failed')]);
  expect(reduce(live, { type: 'unit', unit: unit('b', 'starting') }).microcloud?.units).toHaveLength(2);
});

it('forgets everything of a micro-cloud that is gone', () => {
  const live = reduce(reduce(initialState, { type: 'snapshot', microcloud }), { type: 'ledger', size: 4 });
  expect(reduce(live, { type: 'gone' })).toMatchObject({ microcloud: null, ledgerSize: 0 });
});
