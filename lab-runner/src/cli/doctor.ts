import { join } from 'node:path';
import { createEmbeddedEngine } from '../engines/embedded/embedded-engine.ts';
import { systemClock } from '../ports.ts';
import type { Check } from './checks/check.ts';
import { checkChromium } from './checks/chromium.ts';
import { checkDataFolder } from './checks/data-folder.ts';
import { checkFoundry } from './checks/foundry.ts';
import { checkInference } from './checks/inference.ts';
import { checkModels } from './checks/models.ts';
import { checkNode } from './checks/node.ts';
import { checkPort } from './checks/port.ts';
import type { Command, Context } from './command.ts';
import { foundryEnvironment } from './foundry-check.ts';
import { openModels } from './open-models.ts';

export const doctor: Command = {
  words: ['doctor'],
  takes: '',
  least: 0,
  most: 0,
  does: 'Look at this machine and say what works, what does not, and what to do.',
  details: 'Asks nothing of the network. Exit 1 when something fails; a warning does not count as failure.',
  options: {},
  run: async (_input, context) => {
    const checks = await examine(context);
    const ok = checks.every(({ level }) => level !== 'fail');
    const lines = checks.flatMap(({ id, level, found, todo }) => [
      `${level.toUpperCase().padEnd(4)}  ${id.padEnd(11)}  ${found}`,
      ...(todo === undefined ? [] : [`${' '.repeat(19)}${todo}`]),
    ]);
    lines.push(ok ? 'Terroir can run here.' : 'Terroir cannot run here as it should; see what failed above.');
    return { json: { ok, checks }, lines, exitCode: ok ? 0 : 1 };
  },
};

async function examine(context: Context): Promise<readonly Check[]> {
  const { config, environment, terminal, signal } = context;
  const checks: Check[] = [checkNode(process.versions.node), await checkDataFolder(config.data)];
  checks.push(await checkPort(config, signal));
  const engine = createEmbeddedEngine({ folder: join(config.data, 'units'), clock: systemClock });
  try {
    checks.push(...checkInference(await engine.report(signal)));
  } finally {
    await engine.close();
  }
  const models = await openModels(context);
  try {
    checks.push(await checkModels(models, signal, (id) => terminal.progress(`verifying ${id}`)));
  } finally {
    terminal.progress(undefined);
    await models.close();
  }
  checks.push(checkFoundry(await foundryEnvironment(context)));
  checks.push(await checkChromium(environment.CHROMIUM_PATH ?? '/usr/bin/chromium'));
  return checks;
}
