import { expect, it } from 'vitest';
import type { Deployment, Microcloud } from './microcloud.ts';
import type { DeploymentRecords, MicrocloudRecords } from './records.ts';

const cloud = (id: string, more: Partial<Microcloud> = {}): Microcloud => ({
  id,
  name: `Name of ${id}`,
  state: 'starting',
  createdAt: new Date('2026-11-22T10:00:00.000Z'),
  ...more,
});

const deployment = (id: string, more: Partial<Deployment> = {}): Deployment => ({
  id,
  microcloud: 'm1',
  model: 'terroir-seedling',
  device: 'cpu',
  state: 'queued',
  since: new Date('2026-11-22T10:00:01.000Z'),
  unitKey: 'key',
  ...more,
});

/** What every adapter of {@link MicrocloudRecords} and {@link DeploymentRecords} does. `open` gives empty ones. */
export function recordsContract(
  open: () => Promise<{ microclouds: MicrocloudRecords; deployments: DeploymentRecords }>,
): void {
  it('starts empty', async () => {
    const { microclouds, deployments } = await open();
    expect(await microclouds.all()).toEqual([]);
    expect(await deployments.all()).toEqual([]);
  });

  it('gives back what was saved, oldest first', async () => {
    const { microclouds } = await open();
    const late = cloud('m2', {
      createdAt: new Date('2026-11-22T11:00:00.123Z'),
      state: 'failed',
      reason: 'It’s broken',
    });
    const early = cloud('m1', { name: 'Ω’s "cloud"; DROP TABLE microclouds' });
    await microclouds.save(late);
    await microclouds.save(early);
    expect(await microclouds.all()).toEqual([early, late]);
  });

  it('replaces what has the same id, and clears the reason', async () => {
    const { microclouds } = await open();
    await microclouds.save(cloud('m1', { state: 'failed', reason: 'broken' }));
    await microclouds.save(cloud('m1', { state: 'ready' }));
    expect(await microclouds.all()).toEqual([cloud('m1', { state: 'ready' })]);
  });

  it('keeps deployments when their micro-cloud is saved again', async () => {
    const { microclouds, deployments } = await open();
    await microclouds.save(cloud('m1'));
    await deployments.save(deployment('d1'));
    await microclouds.save(cloud('m1', { state: 'ready' }));
    expect(await deployments.all()).toEqual([deployment('d1')]);
  });

  it('replaces a deployment and removes it', async () => {
    const { microclouds, deployments } = await open();
    await microclouds.save(cloud('m1'));
    await deployments.save(deployment('d1'));
    const ready = deployment('d1', { state: 'ready', sha256: 'a'.repeat(64), unitKey: 'other' });
    await deployments.save(ready);
    expect(await deployments.all()).toEqual([ready]);
    await deployments.remove('d1');
    await deployments.remove('d1');
    expect(await deployments.all()).toEqual([]);
  });

  it('refuses a deployment of a micro-cloud that does not exist', async () => {
    const { deployments } = await open();
    await expect(deployments.save(deployment('d1'))).rejects.toThrow();
  });

  it('forgets the deployments with their micro-cloud, and no others', async () => {
    const { microclouds, deployments } = await open();
    await microclouds.save(cloud('m1'));
    await microclouds.save(cloud('m2'));
    await deployments.save(deployment('d1'));
    await deployments.save(deployment('d2', { microcloud: 'm2' }));
    await microclouds.remove('m1');
    await microclouds.remove('m1');
    expect((await microclouds.all()).map((one) => one.id)).toEqual(['m2']);
    expect((await deployments.all()).map((one) => one.id)).toEqual(['d2']);
  });
}
