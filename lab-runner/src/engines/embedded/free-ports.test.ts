import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { FreePorts } from './free-ports.ts';

describe('FreePorts', () => {
  it('gives nobody a port that another holds, until it is given back', async () => {
    const ports = new FreePorts();
    const first = await ports.take();
    expect(await ports.take(first)).not.toBe(first);
    ports.release(first);
    expect(await ports.take(first)).toBe(first);
  });

  it('gives another port when the preferred one is in use', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      expect(await new FreePorts().take(port)).not.toBe(port);
    } finally {
      server.close();
    }
  });
});
