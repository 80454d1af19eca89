/**
 * Installs what the inference unit needs when the machine has no llama-server: node-llama-cpp with the one prebuilt
 * program of this platform, 85 MB instead of the 725 MB that a plain `npm install` of it brings.
 * Plain JavaScript, because set-up runs it on whatever Node the machine came with (20 or newer).
 *
 *   node lab-runner/src/inference/install.mjs
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = dirname(fileURLToPath(import.meta.url));
/** Scratch space in the checkout, so that the last step is one rename on the same disk. */
const SCRATCH = join(FOLDER, '..', '..', '..', '.cache');
const PLATFORMS = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'linux-arm': 'linux-armv7l',
  'linux-riscv64': 'linux-riscv64',
  'darwin-arm64': 'mac-arm64-metal',
  'darwin-x64': 'mac-x64',
  'win32-x64': 'win-x64',
  'win32-arm64': 'win-arm64',
};

/** Name of the package with this machine's prebuilt program, or undefined when none is made for it. */
function platformPackage() {
  const name = PLATFORMS[`${process.platform}-${process.arch}`];
  if (!name) return undefined;
  // The Linux programs are linked against glibc; on musl (Alpine) they cannot be loaded.
  if (process.platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime) return undefined;
  return `@node-llama-cpp/${name}`;
}

/**
 * The committed package-lock.json reduced to what this machine needs: no optional package but the platform's own.
 * `complete` is false when the lock does not hold the platform's package, so that npm has to ask the registry for it.
 */
function reduceLock(lock, manifest, platform) {
  const version = manifest.dependencies['node-llama-cpp'];
  const dependencies = { ...manifest.dependencies, [platform]: version };
  const packages = {};
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (path === '') packages[path] = { ...entry, dependencies };
    else if (path === `node_modules/${platform}` || !entry.optional) {
      const { optional: _, optionalDependencies: __, ...kept } = entry;
      packages[path] = kept;
    }
  }
  return {
    complete: `node_modules/${platform}` in packages,
    lock: { ...lock, packages },
    manifest: { ...manifest, dependencies },
  };
}

/** npm as it was started, so that no other npm on the PATH takes over. Rejects with the end of what it printed. */
function npm(args, cwd) {
  const env = { ...process.env };
  for (const name of Object.keys(env)) if (/^npm_config_(workspace|omit|include|global)/i.test(name)) delete env[name];
  const cli = process.env.npm_execpath;
  const [command, first] = cli?.endsWith('.js') ? [process.execPath, [cli]] : ['npm', []];
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...first, ...args], {
      cwd,
      env,
      shell: command === 'npm' && process.platform === 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const keep = (chunk) => {
      output = (output + chunk).slice(-10_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => reject(new Error(`npm could not be started: ${error.message}`)));
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(output.trim() || `npm ended with ${code}`));
    });
  });
}

/**
 * Makes `node_modules` beside this file right, and does nothing when it is. What npm fetches is checked against the
 * committed lock; nothing but the npm registry is reached, and no package's script runs. A failed or interrupted call
 * leaves the former state: everything is prepared aside, then put in place by one rename.
 *
 * @param {{ quiet?: boolean, log?: (line: string) => void }} options
 * @returns {Promise<'present' | 'installed' | 'unsupported'>} `unsupported`: no program is made for this machine, which
 *   then needs a llama-server on its PATH
 * @throws {Error} with npm's own words
 */
export async function installInference({ quiet = false, log = (line) => process.stdout.write(`${line}\n`) } = {}) {
  const say = quiet ? () => {} : log;
  const platform = platformPackage();
  if (!platform) {
    say(`  No inference program is made for ${process.platform} ${process.arch}: put a llama-server on the PATH.`);
    return 'unsupported';
  }
  const lockText = await readFile(join(FOLDER, 'package-lock.json'), 'utf8');
  const manifestText = await readFile(join(FOLDER, 'package.json'), 'utf8');
  const target = join(FOLDER, 'node_modules');
  const wanted = createHash('sha256').update(`${lockText}\0${manifestText}\0${platform}`).digest('hex');
  if ((await readFile(join(target, '.stamp'), 'utf8').catch(() => '')) === wanted) return 'present';

  const begun = Date.now();
  say('  Installing the inference program …');
  await mkdir(SCRATCH, { recursive: true });
  const scratch = await mkdtemp(join(SCRATCH, 'inference-'));
  try {
    const reduced = reduceLock(JSON.parse(lockText), JSON.parse(manifestText), platform);
    await writeFile(join(scratch, 'package.json'), JSON.stringify(reduced.manifest));
    await writeFile(join(scratch, 'package-lock.json'), JSON.stringify(reduced.lock));
    const command = reduced.complete ? 'ci' : 'install';
    await npm([command, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], scratch);
    await writeFile(join(scratch, 'node_modules', '.stamp'), wanted);
    if (existsSync(target)) await rename(target, join(scratch, 'former'));
    await rename(join(scratch, 'node_modules'), target);
  } finally {
    await rm(scratch, { recursive: true, force: true, maxRetries: 3 });
  }
  say(`  Installing the inference program: ${((Date.now() - begun) / 1000).toFixed(1)} s`);
  return 'installed';
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await installInference().catch((error) => {
    process.stderr.write(
      `The inference program could not be installed; what was there is as before.\n${error.message}\n`,
    );
    process.exitCode = 1;
  });
}
