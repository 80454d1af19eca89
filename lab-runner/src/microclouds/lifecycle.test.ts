import { existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CodedError } from '../coded-error.ts';
import { createMicrocloud } from './create-microcloud.ts';
import { deploy } from './deploy.ts';
import { deployedIn } from './deployed-in.ts';
import { destroyMicrocloud } from './destroy-microcloud.ts';
import { digestOf, folderOf } from './gateway-file.ts';
import { gatewayUnitOf } from './microcloud.ts';
import type { Notice } from './notice.ts';
import { openRoom, type TestRoom, until } from './room.fixture.ts';
import { rotateKey } from './rotate-key.ts';
import { undeploy } from './undeploy.ts';

let room: TestRoom;
let notices: Notice[];

beforeEach(async () => {
  room = await openRoom();
  notices = [];
  room.notices.watch((_id, notice) => notices.push(notice));
});
afterEach(() => room.close());

const stateOf = (id: string) => room.live.get(id)?.microcloud.state;
const deploymentsOf = (id: string) => [...(room.live.get(id)?.deployments.values() ?? [])];
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error) => (error instanceof CodedError ? error.code : error),
  );

const unitStates = (id: string) =>
  notices.flatMap((notice) => (notice.type === 'unit' && notice.unit.id === id ? [notice.unit.state] : []));

async function ready(): Promise<string> {
  const { microcloud } = await createMicrocloud(room, {});
  await until(() => stateOf(microcloud.id) === 'ready');
  return microcloud.id;
}

async function withModel(): Promise<{ id: string; deployment: string }> {
  const id = await ready();
  const { id: deployment } = await deploy(room, id, { model: 'terroir-seedling' });
  await until(() => deploymentsOf(id)[0]?.state === 'ready');
  return { id, deployment };
}

describe('creating', () => {
  it('is on disk before it is answered, and becomes ready with its gateway', async () => {
    room.engine.hold = true;
    const { microcloud } = await createMicrocloud(room, { name: '  Biology 2 ' });
    expect(microcloud).toMatchObject({ name: 'Biology 2', state: 'starting' });
    expect(await room.microclouds.all()).toEqual([microcloud]);
    await until(() => room.engine.units.has(gatewayUnitOf(microcloud.id)));
    room.engine.letGo(gatewayUnitOf(microcloud.id));
    await until(() => stateOf(microcloud.id) === 'ready');
    expect((await room.microclouds.all())[0]?.state).toBe('ready');
  });

  it('keeps only the digest of the key, where only this user may read', async () => {
    const { microcloud, key } = await createMicrocloud(room, {});
    const path = join(folderOf(room.data, microcloud.id), 'gateway.json');
    const text = await readFile(path, 'utf8');
    expect(text).not.toContain(key);
    expect(JSON.parse(text).clientKeySha256).toBe(digestOf(key));
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('fails with the reason when the gateway cannot start, and stays to be seen', async () => {
    room.engine.refuse = {
      kind: 'gateway',
      error: new CodedError({ status: 500, code: 'unit-failed', detail: 'It ended with 1.', todo: 'See its log.' }),
    };
    const { microcloud } = await createMicrocloud(room, {});
    await until(() => stateOf(microcloud.id) === 'failed');
    expect(room.live.get(microcloud.id)?.microcloud.reason).toBe('It ended with 1. See its log.');
  });

  it('does not show what went wrong inside', async () => {
    room.engine.refuse = { kind: 'gateway', error: new Error('secret path /home/x') };
    const { microcloud } = await createMicrocloud(room, {});
    await until(() => stateOf(microcloud.id) === 'failed');
    expect(room.live.get(microcloud.id)?.microcloud.reason).not.toContain('secret');
    expect(room.reports).toHaveLength(1);
  });

  it('leaves nothing when it cannot be written down', async () => {
    await room.db.destroy();
    await expect(createMicrocloud(room, {})).rejects.toThrow();
    expect(room.live.size).toBe(0);
    expect(existsSync(join(room.data, 'microclouds'))).toBe(false);
    expect(room.engine.specs).toEqual([]);
  });

  it('stops at the limit', async () => {
    const small = await openRoom({ most: 1 });
    await createMicrocloud(small, {});
    expect(await codeOf(createMicrocloud(small, {}))).toBe('microcloud-limit');
    await small.close();
  });
});

describe('following the gateway', () => {
  it('is starting again while it restarts, and finds it at its new address with the same models', async () => {
    const { id } = await withModel();
    const gateway = gatewayUnitOf(id);
    room.engine.move(gateway, { state: 'backing-off', reason: 'ended by signal 9' });
    await until(() => stateOf(id) === 'starting');
    expect(room.live.get(id)?.link).toBeUndefined();
    room.engine.move(gateway, { state: 'healthy', url: 'http://127.0.0.1:50001', reason: undefined } as never);
    await until(() => stateOf(id) === 'ready');
    await until(() => room.gateways.tables.at(-1)?.url === 'http://127.0.0.1:50001');
    expect(room.gateways.tables.at(-1)?.upstreams.map(({ model }) => model)).toEqual(['terroir-seedling']);
  });

  it('still goes to a gateway that is only slow', async () => {
    const id = await ready();
    const { link } = room.live.get(id) ?? {};
    room.engine.move(gatewayUnitOf(id), { state: 'unhealthy', reason: 'no answer within 2 s' });
    await until(() => stateOf(id) === 'starting');
    expect(room.live.get(id)?.link).toBe(link);
    expect(link?.ending.signal.aborted).toBe(false);
    room.engine.move(gatewayUnitOf(id), { state: 'healthy' });
    await until(() => stateOf(id) === 'ready');
    expect(room.live.get(id)?.link).toBe(link);
  });

  it('passes on what happens to ledger and policy', async () => {
    const id = await ready();
    await until(() => room.live.get(id)?.ledgerSize === 0);
    room.gateways.tell({ type: 'ledger', size: 3 });
    room.gateways.tell({ type: 'ledger', size: 4 });
    room.gateways.tell({ type: 'policy', sha256: 'd'.repeat(64) });
    await until(() => notices.some((notice) => notice.type === 'ledger' && notice.size === 4));
    expect(notices).toContainEqual({ type: 'policy', sha256: 'd'.repeat(64) });
    expect(notices.filter(({ type }) => type === 'ledger').length).toBeLessThan(3);
  });
});

describe('deploying', () => {
  it('verifies, starts a unit with a key of its own, and is ready once the gateway serves it', async () => {
    const { id, deployment } = await withModel();
    const spec = room.engine.specs.find((one) => one.id === deployment);
    expect(spec).toMatchObject({
      kind: 'inference',
      model: 'terroir-seedling',
      file: '/models/terroir-seedling.gguf',
      device: 'cpu',
    });
    const [row] = room.gateways.tables.at(-1)?.upstreams ?? [];
    expect(row).toEqual({
      model: 'terroir-seedling',
      url: room.engine.get(deployment)?.url,
      key: spec?.kind === 'inference' ? spec.key : '',
      sha256: 'c'.repeat(64),
    });
    const states = notices.flatMap((notice) => (notice.type === 'deployment' ? [notice.deployment.state] : []));
    expect(states).toEqual(['queued', 'starting', 'ready']);
    expect((await room.deployments.all())[0]).toMatchObject({ microcloud: id, state: 'ready' });
  });

  it('waits for a gateway that is still starting', async () => {
    room.engine.hold = true;
    const { microcloud } = await createMicrocloud(room, {});
    await until(() => room.engine.units.size === 1);
    room.engine.hold = false;
    const { id } = await deploy(room, microcloud.id, { model: 'terroir-seedling' });
    await until(() => room.engine.get(id)?.state === 'healthy');
    expect(deploymentsOf(microcloud.id)[0]?.state).toBe('starting');
    room.engine.letGo(gatewayUnitOf(microcloud.id));
    await until(() => deploymentsOf(microcloud.id)[0]?.state === 'ready');
  });

  it('tells the gateway where a unit went after a restart, and not before it is there', async () => {
    const { id, deployment } = await withModel();
    const told = room.gateways.tables.length;
    room.engine.move(deployment, { state: 'backing-off', reason: 'ended with 137' });
    await until(() => deploymentsOf(id)[0]?.state === 'starting');
    expect(deploymentsOf(id)[0]?.reason).toBe('ended with 137');
    expect(room.gateways.tables).toHaveLength(told);
    room.engine.move(deployment, { state: 'healthy', url: 'http://127.0.0.1:50002' });
    await until(() => deploymentsOf(id)[0]?.state === 'ready');
    expect(room.gateways.tables.at(-1)?.upstreams[0]?.url).toBe('http://127.0.0.1:50002');
  });

  it('takes a unit that gave up out of the gateway', async () => {
    const { id, deployment } = await withModel();
    room.engine.move(deployment, { state: 'failed', reason: 'out of memory' });
    await until(() => room.gateways.tables.at(-1)?.upstreams.length === 0);
    expect(deploymentsOf(id)[0]).toMatchObject({ state: 'failed', reason: 'out of memory' });
  });

  it('tries the gateway again when it did not take the table', async () => {
    room.gateways.refuseTable = new Error('cut');
    const { id } = await withModel();
    expect(deploymentsOf(id)[0]?.state).toBe('ready');
    expect(room.reports.join()).toContain('did not take its upstreams');
  });

  it.each([
    ['nothing', 'model-not-found'],
    ['far-away', 'model-not-installed'],
    ['broken', 'model-damaged'],
  ])('refuses the model %s at once', async (model, code) => {
    const id = await ready();
    expect(await codeOf(deploy(room, id, { model }))).toBe(code);
    expect(deploymentsOf(id)).toEqual([]);
  });

  it('refuses a device that is not there', async () => {
    const id = await ready();
    expect(await codeOf(deploy(room, id, { model: 'terroir-seedling', device: 'GPU-9' }))).toBe('device-not-found');
    await deploy(room, id, { model: 'terroir-seedling', device: 'GPU-1' });
    expect(deploymentsOf(id)[0]?.device).toBe('GPU-1');
  });

  it('refuses the same model twice, also at the same moment', async () => {
    const id = await ready();
    const both = await Promise.all([1, 2].map(() => codeOf(deploy(room, id, { model: 'terroir-seedling' }))));
    expect(both.sort()).toEqual(['deployment-exists', 'none']);
    expect(deploymentsOf(id)).toHaveLength(1);
  });

  it('may be tried again after it failed', async () => {
    const id = await ready();
    room.engine.refuse = {
      kind: 'inference',
      error: new CodedError({ status: 500, code: 'unit-failed', detail: 'No.', todo: 'Hm.' }),
    };
    const first = await deploy(room, id, { model: 'terroir-seedling' });
    await until(() => deploymentsOf(id)[0]?.state === 'failed');
    const second = await deploy(room, id, { model: 'terroir-seedling' });
    await until(() => deploymentsOf(id)[0]?.state === 'ready');
    expect(deploymentsOf(id).map((one) => one.id)).toEqual([second.id]);
    expect((await room.deployments.all()).map((one) => one.id)).not.toContain(first.id);
  });
});

describe('deployed in', () => {
  it('names the micro-clouds in which a model runs or is on its way, and none where it failed or is gone', async () => {
    const { id, deployment } = await withModel();
    room.engine.hold = true;
    const { microcloud } = await createMicrocloud(room, { name: 'Biology 2' });
    await deploy(room, microcloud.id, { model: 'terroir-seedling' });
    const name = room.live.get(id)?.microcloud.name;
    expect(deployedIn(room, 'terroir-seedling')).toEqual([`${name} (${id})`, `Biology 2 (${microcloud.id})`]);
    expect(deployedIn(room, 'far-away')).toEqual([]);
    room.engine.move(deployment, { state: 'failed', reason: 'out of memory' });
    await until(() => deploymentsOf(id)[0]?.state === 'failed');
    await destroyMicrocloud(room, microcloud.id);
    expect(deployedIn(room, 'terroir-seedling')).toEqual([]);
  });
});

describe('undeploying', () => {
  it('first stops requests, then the unit, then forgets', async () => {
    const { id, deployment } = await withModel();
    await undeploy(room, id, deployment);
    expect(room.gateways.tables.at(-1)?.upstreams).toEqual([]);
    expect(unitStates(deployment).at(-1)).toBe('stopped');
    expect(room.engine.get(deployment)).toBeUndefined();
    expect(deploymentsOf(id)).toEqual([]);
    expect(await room.deployments.all()).toEqual([]);
    expect(await codeOf(undeploy(room, id, deployment))).toBe('deployment-not-found');
  });

  it('leaves no record, however often a model comes and goes', async () => {
    const { id, deployment } = await withModel();
    await undeploy(room, id, deployment);
    for (let times = 0; times < 3; times += 1) {
      const { id: again } = await deploy(room, id, { model: 'terroir-seedling' });
      await until(() => deploymentsOf(id)[0]?.state === 'ready');
      room.engine.move(again, { state: 'failed', reason: 'out of memory' });
      await until(() => deploymentsOf(id)[0]?.state === 'failed');
    }
    await undeploy(room, id, deploymentsOf(id)[0]?.id ?? '');
    expect(room.engine.list().map((unit) => unit.id)).toEqual([gatewayUnitOf(id)]);
    expect(await room.deployments.all()).toEqual([]);
    expect(room.live.get(id)?.underway.size).toBe(0);
  });

  it('calls off one that is still starting', async () => {
    const id = await ready();
    room.engine.hold = true;
    const { id: deployment } = await deploy(room, id, { model: 'terroir-seedling' });
    await until(() => room.engine.get(deployment)?.state === 'starting');
    await undeploy(room, id, deployment);
    expect(deploymentsOf(id)).toEqual([]);
    expect(room.engine.get(deployment)).toBeUndefined();
  });
});

describe('destroying', () => {
  it('leaves nothing in the engine, on disk or in the store', async () => {
    const { id } = await withModel();
    await destroyMicrocloud(room, id);
    expect(room.engine.list(id)).toEqual([]);
    expect(existsSync(folderOf(room.data, id))).toBe(false);
    expect(await room.microclouds.all()).toEqual([]);
    expect(await room.deployments.all()).toEqual([]);
    expect(notices.at(-1)).toEqual({ type: 'gone' });
    expect(await codeOf(destroyMicrocloud(room, id))).toBe('microcloud-not-found');
  });

  it('calls off what is starting', async () => {
    room.engine.hold = true;
    const { microcloud } = await createMicrocloud(room, {});
    await until(() => room.engine.units.size === 1);
    await destroyMicrocloud(room, microcloud.id);
    expect(room.engine.units.size).toBe(0);
    expect(room.reports).toEqual([]);
  });

  it('is done once when asked twice', async () => {
    const id = await ready();
    await Promise.all([destroyMicrocloud(room, id), destroyMicrocloud(room, id)]);
    expect(notices.filter(({ type }) => type === 'gone')).toHaveLength(1);
  });

  it('can be asked again when the engine failed', async () => {
    const id = await ready();
    const destroy = room.engine.destroy.bind(room.engine);
    room.engine.destroy = () => Promise.reject(new Error('stuck'));
    await expect(destroyMicrocloud(room, id)).rejects.toThrow('stuck');
    expect(stateOf(id)).toBe('stopping');
    expect(await codeOf(deploy(room, id, { model: 'terroir-seedling' }))).toBe('microcloud-not-ready');
    room.engine.destroy = destroy;
    await destroyMicrocloud(room, id);
    expect(room.live.size).toBe(0);
  });
});

it('gives out a new key whose digest the gateway has', async () => {
  const id = await ready();
  const key = await rotateKey(room, id);
  expect(room.gateways.keys).toEqual([digestOf(key)]);
});
