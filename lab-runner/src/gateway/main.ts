/**
 * The gateway of one micro-cloud, as a process of its own:
 * `node main.ts --folder FOLDER --port PORT [--host HOST] [--unit ID]`. `--unit` only marks the process for whoever started it.
 * Prints one line, `{"ready":true,"port":N}`, when it listens. Serves on when its parent has gone.
 */
import { parseArgs } from 'node:util';
import { CodedError } from '../coded-error.ts';
import { LedgerError } from '../ledger/ledger-error.ts';
import { systemClock, systemIds } from '../ports.ts';
import { createGateway, type Gateway } from './gateway.ts';

// Who reads what is printed may go; the gateway stays.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});
process.on('SIGHUP', () => {});

function report(what: string, error: unknown): void {
  const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${systemClock.now().toISOString()} ${what}: ${said}\n`);
}

function exit(status: number, message: string): never {
  process.stderr.write(`gateway: ${message}\n`);
  process.exit(status);
}

function readArguments(): { folder: string; port: number; host: string } {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({ options: { folder: text, port: text, host: text, unit: text } });
    const port = Number(values.port ?? Number.NaN);
    if (values.folder === undefined) throw new Error('--folder FOLDER is missing');
    if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error('--port needs a number from 0 to 65535');
    return { folder: values.folder, port, host: values.host ?? '127.0.0.1' };
  } catch (error) {
    return exit(2, error instanceof Error ? error.message : String(error));
  }
}

const { folder, port, host } = readArguments();
let gateway: Gateway;
try {
  gateway = await createGateway({ folder, clock: systemClock, ids: systemIds, report });
} catch (error) {
  if (!(error instanceof CodedError || error instanceof LedgerError)) throw error;
  exit(1, `${error.message} ${error.todo}`);
}

gateway.server.once('error', (error) => exit(1, `cannot listen on ${host}:${port}: ${error.message}`));
gateway.server.listen(port, host, () => {
  const address = gateway.server.address();
  const listening = address !== null && typeof address === 'object' ? address.port : port;
  process.stdout.write(`${JSON.stringify({ ready: true, port: listening })}\n`);
});

const stop = async () => {
  try {
    await gateway.close();
    process.exit(0);
  } catch (error) {
    report('the gateway did not close cleanly', error);
    process.exit(1);
  }
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
