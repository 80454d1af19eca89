/** A small real job for the contract suite: `node job-program.fixture.mjs BEHAVIOUR`. See engine.contract.ts. */
import { spawn } from 'node:child_process';
import { getPriority } from 'node:os';

const [behaviour] = process.argv.slice(2);

process.stdout.write(`working, niceness ${getPriority()}\n`);
if (behaviour === 'ends') process.exit(0);
if (behaviour === 'gives-up') {
  process.stderr.write('the text is empty\n');
  process.exit(2);
}
if (behaviour === 'with-child') spawn('sleep', ['600'], { stdio: 'ignore' });
process.on('SIGTERM', () => {
  if (behaviour === 'stubborn') return;
  process.stdout.write('kept a checkpoint\n');
  process.exit(3);
});
setInterval(() => {}, 1000);
