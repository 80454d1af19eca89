import { openLedger } from './ledger.ts';

/**
 * For tests: a process that appends until it is killed. Each index is printed only after its append was acknowledged, so every
 * printed index must be found again. Arguments: folder, origin, bytes per entry.
 */
const [folder = '', origin = '', bytes = '100'] = process.argv.slice(2);
const ledger = await openLedger({ folder, origin, clock: { now: () => new Date() }, publishEveryMs: 5 });
process.stdout.write(`open ${ledger.size}\n`);

const entry = Buffer.alloc(Number(bytes), 'x');
async function appendForever(): Promise<void> {
  for (;;) {
    const { index } = await ledger.append(entry);
    process.stdout.write(`${index}\n`);
  }
}
await Promise.all(Array.from({ length: 8 }, appendForever)).catch(async (error) => {
  process.stdout.write(`${error.code}\nsize ${ledger.size}\n`);
});
