/**
 * Brings a fresh checkout to the point where Node 24 can run it. Plain JavaScript, because it is the one file that
 * has to run on whatever Node the machine came with (20 or newer), before anything is installed.
 *
 *   node setup.mjs install   packages, Node 24 and the inference program
 *   node setup.mjs start     install, and the site when it is stale
 *   node setup.mjs test      start, the tools for tests, the browser that they drive, and the foundry's Python
 *   --tools                  the tools for checks and tests as well
 *
 * Every step is skipped when what it would make is already there. Nothing here reaches anything but the npm registry;
 * `test` also installs Debian's Chromium, and a small Debian with torch for the foundry, when it is root on Debian and none is found.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, existsSync, readdirSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
const NODE_AT_LEAST = 20;
/** Measured: node_modules 0.7 GB, the inference program 0.1 GB, npm's own cache 0.3 GB. */
const INSTALL_NEEDS_BYTES = 1.5e9;
const WITH_TOOLS = ' with tools';
const CHROMIUM = '/usr/bin/chromium';
const node24 = join(root, 'node_modules', 'node', 'bin', 'node');

const goal = process.argv[2] ?? 'start';
const tools = process.argv.includes('--tools') || goal === 'test';
const quiet = process.argv.includes('--quiet');
const say = (text) => quiet || process.stdout.write(`${text}\n`);

/** One message, no stack: what happened, and what to do. */
function stop(message) {
  process.stderr.write(`\n${message}\n`);
  process.exit(1);
}

function refuseOldNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < NODE_AT_LEAST) {
    stop(
      `Terroir needs Node ${NODE_AT_LEAST} or newer to set itself up; this is Node ${process.versions.node}.\n` +
        "Install a newer Node (https://nodejs.org, or your system's packages) and run the same command again.",
    );
  }
}

function refuseFullDisk() {
  const disk = statfsSync(root);
  const free = disk.bavail * disk.bsize;
  if (free < INSTALL_NEEDS_BYTES) {
    stop(
      `The disk that holds ${root} has ${(free / 1e9).toFixed(1)} GB free; installing needs ${INSTALL_NEEDS_BYTES / 1e9} GB.\n` +
        'Nothing was changed. Free some space and run the same command again.',
    );
  }
}

/** @returns {Promise<{code: number, output: string}>} */
function run(command, args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const keep = (chunk) => {
      output = (output + chunk).slice(-20_000);
      if (process.env.TERROIR_VERBOSE) process.stdout.write(chunk);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => resolve({ code: 1, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** npm as it was started, so that no other npm on the PATH takes over. */
function npm(...args) {
  const cli = process.env.npm_execpath;
  return cli?.endsWith('.js')
    ? run(process.execPath, [cli, ...args])
    : run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args);
}

function explain(output) {
  if (/ENOSPC|no space left/i.test(output))
    return 'The disk is full. Free some space and run the same command again; what was downloaded is kept.';
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|network/i.test(output)) {
    return 'The npm registry could not be reached. The first start needs it once; run the same command again when there is a connection.';
  }
  return 'Run the same command with TERROIR_VERBOSE=1 to see all of its output.';
}

async function step(label, work) {
  const begun = Date.now();
  say(`  ${label} …`);
  const { code, output } = await work();
  if (code !== 0) stop(`${label} failed.\n\n${output.split('\n').slice(-15).join('\n')}\n\n${explain(output)}`);
  say(`  ${label}: ${((Date.now() - begun) / 1000).toFixed(1)} s`);
}

/** Files below `folders`, as one digest of their paths and contents. */
function digest(folders) {
  const hash = createHash('sha256');
  const visit = (path) => {
    for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (['node_modules', 'dist', '.astro', 'out', '__pycache__', 'foundry'].includes(entry.name)) continue;
      const file = join(path, entry.name);
      if (entry.isDirectory()) visit(file);
      else if (entry.isFile()) hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
    }
  };
  for (const folder of folders) {
    const path = join(root, folder);
    if (folder.includes('.')) hash.update(folder).update(readFileSync(path));
    else visit(path);
  }
  return hash.digest('hex');
}

const isFresh = (stamp, value) => existsSync(stamp) && readFileSync(stamp, 'utf8') === value;

/** @param {boolean} wantTools with the tools for checks and tests, which running the product does not need */
async function installPackages(wantTools) {
  const manifests = [
    'package-lock.json',
    'package.json',
    ...['courses', 'labs', 'site', 'lab-runner'].map((name) => `${name}/package.json`),
  ];
  const wanted = digest(manifests);
  const stamp = join(root, 'node_modules', '.terroir-stamp');
  // Whoever has the tools keeps them: leaving them out would take them away.
  const tools = wantTools || (existsSync(stamp) && readFileSync(stamp, 'utf8').endsWith(WITH_TOOLS));
  if (isFresh(stamp, wanted + WITH_TOOLS) || (!tools && isFresh(stamp, wanted))) return;
  refuseFullDisk();
  say('Setting up Terroir. The first time takes a minute or two; later starts take seconds.');
  // Not `npm ci`: it refuses a lock file that lacks an optional package of another platform, and a mirror that a centre keeps for its
  // own machines has only theirs. The lock file still decides every version, and is not rewritten.
  // Scripts of packages are not run: some would download from elsewhere. Node's own package needs its one, which only takes
  // a second package from the same registry.
  const flags = [
    '--no-save',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    ...(tools ? [] : ['--omit=dev']),
  ];
  await step('Installing packages', () => npm('install', ...flags));
  await step('Installing Node 24', () => npm('rebuild', 'node', '--loglevel=error'));
  writeFileSync(stamp, tools ? wanted + WITH_TOOLS : wanted);
}

async function installInferenceProgram() {
  const { installInference } = await import('./lab-runner/src/inference/install.mjs');
  try {
    await installInference({ log: say });
  } catch (error) {
    stop(`The inference program could not be installed.\n\n${error.message}\n\n${explain(String(error.message))}`);
  }
}

async function buildSite() {
  const wanted = digest(['site', 'courses', 'labs', 'package-lock.json']);
  const stamp = join(root, 'site', 'dist', '.stamp');
  if (isFresh(stamp, wanted)) return;
  await step('Building the site', () =>
    run(node24, [join(root, 'node_modules', 'astro', 'bin', 'astro.mjs'), '--root', 'site', 'build'], {
      ASTRO_TELEMETRY_DISABLED: '1',
    }),
  );
  writeFileSync(stamp, wanted);
}

async function installBrowser() {
  if (existsSync(process.env.CHROMIUM_PATH ?? CHROMIUM)) return;
  const isRoot = process.getuid?.() === 0;
  const hasApt = (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, 'apt-get'));
      return true;
    } catch {
      return false;
    }
  });
  if (!isRoot || !hasApt) {
    say('  No Chromium was found: browser tests will be listed as not run. Install it, or name it in CHROMIUM_PATH.');
    return;
  }
  spawnSync('apt-get', ['update', '-qq'], { stdio: 'ignore' });
  await step('Installing Chromium', () =>
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-noto-core', 'iproute2'], {
      DEBIAN_FRONTEND: 'noninteractive',
    }),
  );
}

/** Tests of the foundry run on the Python named in TERROIR_PYTHON, else on python3 when it has torch, else on one made here. */
async function installFoundry() {
  const made = join(root, '.cache', 'foundry');
  const has = (python) =>
    spawnSync(python, ['-c', 'import torch, transformers, gguf, onnx, onnxruntime, pytest'], { stdio: 'ignore' })
      .status === 0;
  if (process.env.TERROIR_PYTHON || has('python3')) return;
  const begun = Date.now();
  if (!existsSync(join(made, 'made-from')))
    say('  Making a small Debian with torch, for the foundry (about 310 MB to fetch) …');
  const { code, output } = await run(join(root, 'docker', 'foundry', 'make-root.sh'), [made]);
  if (code !== 0) {
    // Not a stop: everything else can be tested, and the tests say what could not run.
    say(
      `  The foundry's Python could not be installed; its tests will be listed as not run.\n  ${output.trim().split('\n').at(-1)}`,
    );
  } else if (!output.startsWith('Already there')) say(`  Making it: ${((Date.now() - begun) / 1000).toFixed(1)} s`);
}

refuseOldNode();
await installPackages(tools);
await installInferenceProgram();
if (goal !== 'install') await buildSite();
if (goal === 'test') {
  await installBrowser();
  await installFoundry();
}
