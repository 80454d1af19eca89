import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LabManifest } from '@terroir/labs/contract/lab.ts';
import { Value } from 'typebox/value';
import { parse } from 'yaml';

export interface LabCatalogue {
  /** In order of id. */
  readonly labs: readonly LabManifest[];
  /** One line for each lab that had to be left out: where, and what is wrong. */
  readonly leftOut: readonly string[];
}

/**
 * Reads `<lab>/lab.yaml` of every lab. One that is wrong is left out and named, so that a slip in one lab does not keep a
 * centre from teaching with the others.
 * @param folder labs/catalog; one that does not exist holds no labs
 */
export async function readLabs(folder: string): Promise<LabCatalogue> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const labs: LabManifest[] = [];
  const leftOut: string[] = [];
  for (const name of names.sort()) {
    const file = join(folder, name, 'lab.yaml');
    const read = await readLab(file, name);
    if (typeof read === 'string') leftOut.push(`${file}: ${read}`);
    else labs.push(read);
  }
  return { labs, leftOut };
}

async function readLab(file: string, name: string): Promise<LabManifest | string> {
  let manifest: unknown;
  try {
    manifest = parse(await readFile(file, 'utf8'));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  if (!Value.Check(LabManifest, manifest)) {
    const [first] = Value.Errors(LabManifest, manifest);
    return `${first?.instancePath || '/'} ${first?.message ?? 'is not valid'}`;
  }
  if (manifest.id !== name) return `/id is ${manifest.id}, but its folder is ${name}`;
  return wrongSteps(manifest) ?? manifest;
}

/** A step may need only steps before it: then there is no circle, and the order on the page is an order that works. */
function wrongSteps({ steps }: LabManifest): string | undefined {
  const before = new Set<string>();
  for (const { id, needs = [] } of steps) {
    if (before.has(id)) return `/steps: two steps have the id ${id}`;
    const unknown = needs.find((need) => !before.has(need));
    if (unknown !== undefined) return `/steps: ${id} needs ${unknown}, which is no step before it`;
    before.add(id);
  }
  return undefined;
}
