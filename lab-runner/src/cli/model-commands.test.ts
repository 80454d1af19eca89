import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { takeDataFolder } from '../data-folder.ts';
import { buildApp } from '../http/app.ts';
import { type Centre, ENTRY, openCentre, sha256 } from '../models/centre.fixture.ts';
import { ggufBytes } from '../models/gguf.fixture.ts';
import { serve } from '../models/hub.fixture.ts';
import { createModels } from '../models/models.ts';
import { modelRoutes } from '../models/routes.ts';
import { type } from './console.fixture.ts';

/** The command line of a centre, over the same files as `centre.models`. */
function at(centre: Centre) {
  const surroundings = {
    environment: { TERROIR_DATA: dirname(centre.folder), TERROIR_HUB: centre.hub.url.href },
    workingFolder: dirname(centre.folder),
    catalogue: centre.options.catalogue ?? '',
    checkout: '/nowhere',
  };
  return (command: string, more: Parameters<typeof type>[1] = {}) => type(command, { ...surroundings, ...more });
}

async function fileIn(centre: Centre, name: string, bytes: Buffer) {
  await mkdir(dirname(centre.folder), { recursive: true });
  await writeFile(join(dirname(centre.folder), name), bytes);
  return name;
}

describe('model list', () => {
  it('shows id, size, state, licence and languages', async () => {
    const { exitCode, out } = await at(await openCentre())('model list');
    expect(exitCode).toBe(0);
    expect(out).toMatch(
      /^MODEL +SIZE +STATE +LICENCE +LANGUAGES\ntiny-instruct-q4 +300 kB +available +Apache-2.0 +en$/,
    );
  });

  it('prints what the API would', async () => {
    const centre = await openCentre();
    const { out } = await at(centre)('model list --json');
    expect(JSON.parse(out)).toEqual(await centre.models.list());
  });
});

describe('model pull', () => {
  it('does not go on without consent, and shows what to consent to', async () => {
    const centre = await openCentre();
    const { exitCode, notes } = await at(centre)(`model pull ${ENTRY}`);
    expect(exitCode).toBe(1);
    expect(notes).toContain('Apache-2.0, https://www.apache.org/licenses/LICENSE-2.0');
    expect(notes).toContain('made of it by somebody');
    expect(notes).toContain('--accept-licence');
    expect(centre.hub.hubRequests).toHaveLength(0);
  });

  it('asks a person, lets them read, and takes no for an answer', async () => {
    const centre = await openCentre();
    const { exitCode, notes, questions } = await at(centre)(`model pull ${ENTRY}`, {
      answers: ['what?', 'text', 'no'],
    });
    expect([exitCode, questions.length]).toEqual([1, 3]);
    expect(notes).toContain('TERMS AND CONDITIONS FOR USE');
    expect(centre.hub.hubRequests).toHaveLength(0);
  });

  it('pulls, says how far it is, and what was verified', async () => {
    const centre = await openCentre();
    const { exitCode, out, progress } = await at(centre)(`model pull ${ENTRY}`, { answers: ['yes'] });
    expect([exitCode, out]).toEqual([0, expect.stringContaining(`SHA-256 ${centre.sha256} verified`)]);
    expect(progress.at(-1)).toContain(ENTRY);
    expect(await centre.models.get(ENTRY)).toMatchObject({ state: 'installed', licenceAccepted: true });
    const again = await at(centre)(`model pull ${ENTRY}`);
    expect([again.exitCode, again.out]).toEqual([0, `${ENTRY} is installed already.`]);
  });

  it('prints the model with --json', async () => {
    const { out } = await at(await openCentre())(`model pull ${ENTRY} --accept-licence --json`);
    expect(JSON.parse(out)).toMatchObject({ id: ENTRY, state: 'installed' });
  });

  it('keeps what came when it is stopped, and says how to go on', async () => {
    const centre = await openCentre();
    centre.hub.store = serve(centre.bytes, { only: 120_000, after: 'stall' });
    const stop = new AbortController();
    const typed = at(centre)(`model pull ${ENTRY} --accept-licence`, { signal: stop.signal });
    await vi.waitFor(async () => expect((await centre.models.get(ENTRY))?.pull?.receivedBytes).toBe(120_000));
    stop.abort();
    const { exitCode, out } = await typed;
    expect([exitCode, out]).toEqual([130, 'Stopped. 120 kB are kept; the same command goes on from there.']);
  });

  it('tells what the hub said, and an unknown id', async () => {
    const centre = await openCentre();
    centre.hub.hub = (_request, response) => void response.writeHead(404).end();
    const gone = await at(centre)(`model pull ${ENTRY} --accept-licence --json`);
    expect([gone.exitCode, JSON.parse(gone.out).error.code]).toEqual([1, 'hub-file-not-found']);
    const unknown = await at(centre)('model pull nothing');
    expect([unknown.exitCode, unknown.notes]).toEqual([1, expect.stringContaining('no model "nothing"')]);
  });
});

describe('model import', () => {
  it('prints exactly id and hash with --json, for a path relative to where it was typed', async () => {
    const centre = await openCentre();
    const bytes = ggufBytes({ metadata: { 'general.name': 'Mine' } });
    const { exitCode, out } = await at(centre)(`model import ${await fileIn(centre, 'mine.gguf', bytes)} --json`);
    expect([exitCode, JSON.parse(out)]).toEqual([0, { id: 'mine', sha256: sha256(bytes) }]);
    const again = await at(centre)('model import mine.gguf');
    expect(again.out).toContain('here already, as mine');
    const named = await at(centre)('model import mine.gguf --id other');
    expect(named.out).toContain('Imported as other.');
  });

  it('refuses what is no model', async () => {
    const centre = await openCentre();
    const { exitCode, out } = await at(centre)(`model import ${await fileIn(centre, 'x', Buffer.from('text'))} --json`);
    expect([exitCode, JSON.parse(out).error.code]).toEqual([1, 'not-gguf']);
  });
});

describe('model verify', () => {
  it('reads all that is installed, and tells the damaged ones', async () => {
    const centre = await openCentre();
    expect((await at(centre)('model verify')).out).toBe('No model is installed.');
    await centre.models.pull(ENTRY, { acceptLicence: true });
    expect(await at(centre)('model verify')).toMatchObject({ exitCode: 0, out: expect.stringMatching(/^sound/) });

    const { file } = await centre.models.fileOf(ENTRY);
    const bytes = await readFile(file);
    await chmod(file, 0o644);
    await writeFile(file, bytes.fill(7, 500, 501));
    const damaged = await at(centre)(`model verify ${ENTRY} --json`);
    expect(damaged.exitCode).toBe(1);
    expect(JSON.parse(damaged.out)).toMatchObject([
      { id: ENTRY, sound: false, expected: centre.sha256, found: sha256(bytes) },
    ]);
    await writeFile(file, 'short');
    expect((await at(centre)('model verify')).exitCode).toBe(1);
  });
});

/** A runner that has the centre's folder, with one model deployed in it. */
async function runnerOver(centre: Centre) {
  const data = await takeDataFolder(dirname(centre.folder));
  onTestFinished(() => data.release());
  const models = await createModels({ ...centre.options, inUse: () => ['Biology 2 (mabc)'] });
  const rooms = [modelRoutes(models)];
  const app = await buildApp({ version: '0.0.0', guard: async () => undefined, rooms, siteFolder: '/nowhere' });
  onTestFinished(() => app.close());
  await data.announce(await app.listen({ host: '127.0.0.1', port: 0 }));
}

describe('model remove', () => {
  it('removes once', async () => {
    const centre = await openCentre();
    await centre.models.pull(ENTRY, { acceptLicence: true });
    expect(await at(centre)(`model remove ${ENTRY}`)).toMatchObject({ exitCode: 0, out: `${ENTRY} is removed.` });
    expect(await at(centre)(`model remove ${ENTRY}`)).toMatchObject({ exitCode: 1 });
  });

  it('asks the runner that has the folder, which knows what is deployed', async () => {
    const centre = await openCentre();
    await centre.models.pull(ENTRY, { acceptLicence: true });
    await runnerOver(centre);
    const { exitCode, notes } = await at(centre)(`model remove ${ENTRY}`);
    expect([exitCode, notes]).toEqual([
      1,
      expect.stringMatching(/deployed in Biology 2 \(mabc\).*\nStop that deployment first/),
    ]);
    expect(await centre.models.get(ENTRY)).toMatchObject({ state: 'installed' });
  });

  it('leaves the model while a runner has the folder and does not answer yet', async () => {
    const centre = await openCentre();
    await centre.models.pull(ENTRY, { acceptLicence: true });
    const data = await takeDataFolder(dirname(centre.folder));
    onTestFinished(() => data.release());
    const { exitCode, notes } = await at(centre)(`model remove ${ENTRY}`);
    expect([exitCode, notes]).toEqual([1, expect.stringContaining('Try again')]);
    expect(await centre.models.get(ENTRY)).toMatchObject({ state: 'installed' });
  });

  it('asks no runner that works on other data', async () => {
    const [centre, other] = [await openCentre(), await openCentre()];
    await runnerOver(other);
    await centre.models.pull(ENTRY, { acceptLicence: true });
    expect(await at(centre)(`model remove ${ENTRY}`)).toMatchObject({ exitCode: 0 });
  });
});
