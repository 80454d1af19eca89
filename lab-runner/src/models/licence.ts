import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import type { ModelFolder } from './model-folder.ts';
import { readYaml, writeYaml } from './yaml-file.ts';

const Acceptance = Type.Object({
  licence: Type.Object({ id: Type.String(), url: Type.Optional(Type.String()) }),
  acceptedAt: Type.String(),
});

type LicenceName = Static<typeof Acceptance>['licence'];

/** True when this very licence of the model was accepted before; a changed licence has to be accepted anew. */
export async function isAccepted(folder: ModelFolder, id: string, licence: LicenceName): Promise<boolean> {
  const found = await readYaml(folder.acceptance(id), Acceptance);
  return found?.licence.id === licence.id && found.licence.url === licence.url;
}

export const recordAcceptance = (folder: ModelFolder, id: string, licence: LicenceName, at: Date) =>
  writeYaml(folder.acceptance(id), { licence: { id: licence.id, url: licence.url }, acceptedAt: at.toISOString() });

/** Full text of the licences that catalogue entries use, so that it can be read without internet. */
export async function licenceText(id: string): Promise<string | undefined> {
  if (!/^[\w.-]+$/.test(id)) return undefined;
  return readFile(join(import.meta.dirname, 'licences', `${id}.txt`), 'utf8').catch(() => undefined);
}
