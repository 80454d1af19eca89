import { createServer } from 'node:net';

/** Hands out loopback ports that nothing listens on, each to one holder at a time. */
export class FreePorts {
  readonly #taken = new Set<number>();

  /** A free port: the preferred one when nobody has taken it meanwhile. */
  async take(preferred?: number): Promise<number> {
    const wanted = preferred !== undefined && !this.#taken.has(preferred) ? await tryToListen(preferred) : undefined;
    let port = wanted ?? (await tryToListen(0));
    while (port === undefined || this.#taken.has(port)) port = await tryToListen(0);
    this.#taken.add(port);
    return port;
  }

  /** Says that a port is in use by a unit that runs already. */
  hold(port: number): void {
    this.#taken.add(port);
  }

  release(port: number): void {
    this.#taken.delete(port);
  }
}

function tryToListen(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(address !== null && typeof address === 'object' ? address.port : undefined));
    });
  });
}
