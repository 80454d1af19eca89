/** A small real unit for the contract suite: `node unit-program.fixture.mjs BEHAVIOUR PORT`. See engine.contract.ts. */
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';

const [behaviour, port] = process.argv.slice(2);

if (behaviour === 'ends-at-start') {
  process.stderr.write('cannot read the model\n');
  process.exit(3);
}
if (behaviour === 'stubborn') process.on('SIGTERM', () => {});
if (behaviour === 'with-child') spawn('sleep', ['600'], { stdio: 'ignore' });

let asked = 0;
const server = createServer((_request, response) => {
  asked += 1;
  if (behaviour === 'hangs' && asked > 1) return;
  response.writeHead(behaviour === 'never-ready' ? 503 : 200, { 'content-type': 'application/json' });
  response.end('{"status":"ok"}');
});
server.listen(Number(port), '127.0.0.1', () => process.stdout.write('about to listen\nlistening\n'));
