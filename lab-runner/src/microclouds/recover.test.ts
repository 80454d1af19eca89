import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { createMicrocloud } from './create-microcloud.ts';
import { deploy } from './deploy.ts';
import { folderOf } from './gateway-file.ts';
import { MemoryEngine } from './memory-engine.fixture.ts';
import { gatewayUnitOf } from './microcloud.ts';
import { recover } from './recover.ts';
import { openRoom, type TestRoom, until } from './room.fixture.ts';

const rooms: TestRoom[] = [];
afterEach(async () => {
  await rooms.pop()?.close();
  rooms.length = 0;
});

async function open(options: Parameters<typeof openRoom>[0] = {}): Promise<TestRoom> {
  const room = await openRoom(options);
  rooms.push(room);
  return room;
}

/** A runner with one micro-cloud that serves one model, ended without a word. */
async function killed(): Promise<{ before: TestRoom; id: string; deployment: string }> {
  const before = await open();
  const { microcloud } = await createMicrocloud(before, { name: 'Biology' });
  const { id: deployment } = await deploy(before, microcloud.id, { model: 'terroir-seedling' });
  await until(() => before.live.get(microcloud.id)?.deployments.get(deployment)?.state === 'ready');
  await before.abandon();
  return { before, id: microcloud.id, deployment };
}

const isReady = (room: TestRoom, id: string) =>
  room.live.get(id)?.microcloud.state === 'ready' &&
  [...(room.live.get(id)?.deployments.values() ?? [])].every(({ state }) => state === 'ready');

it('adopts units that still run, without starting anything', async () => {
  const { before, id, deployment } = await killed();
  before.engine.specs.length = 0;
  const room = await open({ data: before.data, engine: before.engine });
  expect(await recover(room)).toEqual({ microclouds: 1, adopted: 2, ended: 0 });
  await until(() => isReady(room, id));
  expect(room.engine.specs).toEqual([]);
  expect(room.live.get(id)?.microcloud.name).toBe('Biology');
  expect(room.gateways.tables.at(-1)?.upstreams[0]?.key).toBe((await room.deployments.all())[0]?.unitKey);
  expect(room.live.get(id)?.deployments.get(deployment)?.state).toBe('ready');
});

it('starts again what does not run any more, in the same folder and under the same ids', async () => {
  const { before, id, deployment } = await killed();
  const room = await open({ data: before.data, engine: new MemoryEngine() });
  expect(await recover(room)).toEqual({ microclouds: 1, adopted: 0, ended: 0 });
  await until(() => isReady(room, id));
  expect(room.engine.specs.map((spec) => spec.id).sort()).toEqual([deployment, gatewayUnitOf(id)].sort());
  expect(room.engine.specs.find(({ kind }) => kind === 'gateway')).toMatchObject({ folder: folderOf(room.data, id) });
});

it('gives a model that starts again a new key', async () => {
  const { before, id } = await killed();
  const key = before.live.get(id)?.deployments.values().next().value?.unitKey;
  const room = await open({ data: before.data, engine: new MemoryEngine() });
  await recover(room);
  await until(() => isReady(room, id));
  expect((await room.deployments.all())[0]?.unitKey).not.toBe(key);
});

it('finishes a deletion that was cut short', async () => {
  const { before, id } = await killed();
  const again = await open({ data: before.data, engine: before.engine });
  await again.microclouds.save({ id, name: 'Biology', state: 'stopping', createdAt: new Date(0) });
  await again.abandon();
  const room = await open({ data: before.data, engine: before.engine });
  expect(await recover(room)).toMatchObject({ microclouds: 0, ended: 2 });
  await until(() => room.live.size === 0);
  expect(await room.microclouds.all()).toEqual([]);
  expect(existsSync(folderOf(room.data, id))).toBe(false);
});

it('ends units that belong to nothing', async () => {
  const { before, id, deployment } = await killed();
  const again = await open({ data: before.data, engine: before.engine });
  await again.deployments.remove(deployment);
  await again.abandon();
  const room = await open({ data: before.data, engine: before.engine });
  await recover(room);
  await until(() => isReady(room, id));
  expect(room.engine.get(deployment)).toBeUndefined();
  expect(room.engine.get(gatewayUnitOf(id))?.state).toBe('healthy');
});

it('makes new keys when gateway.json is gone, and leaves the rest of the folder', async () => {
  const { before, id } = await killed();
  const folder = folderOf(before.data, id);
  await rm(join(folder, 'gateway.json'));
  await writeFile(join(folder, 'policy.cedar'), 'permit(principal, action, resource);');
  const room = await open({ data: before.data, engine: new MemoryEngine() });
  await recover(room);
  await until(() => isReady(room, id));
  expect(existsSync(join(folder, 'gateway.json'))).toBe(true);
  expect(existsSync(join(folder, 'policy.cedar'))).toBe(true);
});

it('says so when gateway.json cannot be read, and touches nothing', async () => {
  const { before, id } = await killed();
  await writeFile(join(folderOf(before.data, id), 'gateway.json'), '{"id":');
  const room = await open({ data: before.data, engine: new MemoryEngine() });
  await recover(room);
  await until(() => room.live.get(id)?.microcloud.state === 'failed');
  expect(room.live.get(id)?.microcloud.reason).toContain('gateway.json');
});

it('fails a deployment whose model was damaged meanwhile, and serves the rest', async () => {
  const { before, id, deployment } = await killed();
  const room = await open({ data: before.data, engine: new MemoryEngine() });
  room.catalogue.set('terroir-seedling', 'damaged');
  await recover(room);
  await until(() => room.live.get(id)?.deployments.get(deployment)?.state === 'failed');
  await until(() => room.live.get(id)?.microcloud.state === 'ready');
  expect(room.live.get(id)?.deployments.get(deployment)?.reason).toContain('damaged');
});

it('does not take units that end with the runner for failures', async () => {
  const { before, id } = await killed();
  await before.engine.close();
  const room = await open({ data: before.data, engine: new MemoryEngine() });
  expect((await room.microclouds.all())[0]).toMatchObject({ id, state: 'ready' });
  expect((await room.deployments.all())[0]).toMatchObject({ state: 'ready' });
});
