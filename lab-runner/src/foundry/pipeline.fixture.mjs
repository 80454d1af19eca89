/**
 * Stands in for Python: `… environment.py` says that all is there; `… pipeline.py RECIPE` tells events as the foundry does and
 * keeps checkpoints, without training anything. It reads 20 steps a second, as many as the recipe's minutes allow.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const [script = '', recipe = ''] = process.argv.slice(2);
if (basename(script) === 'environment.py') {
  process.stdout.write(JSON.stringify({ versions: { torch: '0' }, missing: [], threads: 1, precision: 'fp32' }));
  process.exit(0);
}

const folder = dirname(recipe);
const checkpoint = join(folder, 'work', 'checkpoint');
const steps = Math.ceil(Number(/minutes: (\S+)/.exec(readFileSync(recipe, 'utf8'))?.[1]) * 60 * 20);
const tell = (type, fields = {}) =>
  appendFileSync(
    join(folder, 'events.jsonl'),
    `${JSON.stringify({ type, at: new Date().toISOString(), ...fields })}\n`,
  );
// Whole or as it was, as the foundry's own: a test may kill it at any moment.
const keep = (step) => {
  writeFileSync(`${checkpoint}.part`, String(step));
  renameSync(`${checkpoint}.part`, checkpoint);
};
const end = (code, ...event) => {
  if (event.length > 0) tell(...event);
  process.exit(code);
};

mkdirSync(join(folder, 'work'), { recursive: true });
process.stdout.write('training\n');
const stage = 'train';
tell('stage', { stage: 'collect', state: existsSync(checkpoint) ? 'kept' : 'started' });
if (!existsSync(checkpoint)) tell('stage', { stage: 'collect', state: 'done', seconds: 0 });
tell('stage', { stage, state: 'started' });
let step = existsSync(checkpoint) ? Number(readFileSync(checkpoint, 'utf8')) : 0;
if (step > 0) tell('resumed', { stage, step });
process.on('SIGTERM', () => {
  keep(step);
  end(3, 'stopped');
});
setInterval(() => {
  step += 1;
  tell('point', { stage, step, steps, seconds: step / 20, tokens: step * 10, loss: 5 / step, tokensPerSecond: 200 });
  if (step % 5 === 0) keep(step);
  if (step < steps) return;
  tell('stage', { stage, state: 'done', seconds: step / 20 });
  end(0, 'done');
}, 50);
