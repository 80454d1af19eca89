import { expect } from '@playwright/test';
import type { MicrocloudCreated, MicrocloudView } from '@terroir/labs/contract/microcloud.ts';

/** A micro-cloud with the model that ships, ready to answer. */
export async function microcloudWithSeedling(url: string): Promise<MicrocloudCreated> {
  const created = (await (await post(`${url}/api/microclouds`, {})).json()) as MicrocloudCreated;
  await expect.poll(() => view(url, created.id).then(({ state }) => state), { timeout: 30_000 }).toBe('ready');
  const deployed = await post(`${url}/api/microclouds/${created.id}/deployments`, { model: 'terroir-seedling' });
  expect(deployed.status).toBe(202);
  await expect
    .poll(() => view(url, created.id).then(({ deployments }) => deployments.map(({ state }) => state)), {
      timeout: 60_000,
    })
    .toEqual(['ready']);
  return created;
}

export async function view(url: string, id: string): Promise<MicrocloudView> {
  return (await (await fetch(`${url}/api/microclouds/${id}`)).json()) as MicrocloudView;
}

export function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

/** One question through the gateway. */
export function ask(cloud: MicrocloudCreated, content: string, more: Record<string, unknown> = {}): Promise<Response> {
  return post(
    `${cloud.baseUrl}/chat/completions`,
    { model: 'terroir-seedling', max_tokens: 48, temperature: 0, messages: [{ role: 'user', content }], ...more },
    { authorization: `Bearer ${cloud.key}` },
  );
}
