/** Another runner, to be killed: `node runner.fixture.ts FOLDER SPECS`. Prints `started` when all units are healthy. */
import type { UnitSpec } from '../engine.ts';
import { contractEngine } from './contract.fixture.ts';

const [folder = '', specs = '[]'] = process.argv.slice(2);
const engine = contractEngine(folder);
await engine.recover(new Set());
await Promise.all((JSON.parse(specs) as UnitSpec[]).map((spec) => engine.start(spec)));
process.stdout.write('started\n');
