import { get } from 'node:http';

/** Whether a unit says it is well: `GET /health` answers 200 in time. Never throws. */
export function isHealthy(port: number, withinMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    // A connection of its own: a kept one would speak for the process that was there before a restart.
    const request = get({ host: '127.0.0.1', port, path: '/health', agent: false, timeout: withinMs }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(false));
    request.once('close', () => resolve(false));
  });
}
