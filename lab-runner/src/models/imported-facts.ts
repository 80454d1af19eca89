import { basename } from 'node:path';
import { CodedError } from '../coded-error.ts';
import type { GgufHeader } from './gguf.ts';
import type { ModelRecord } from './model-record.ts';

/** SPDX ids that the Open Source Initiative or the Open Knowledge Foundation list as open, as model files use them. */
const OPEN = `
  Apache-2.0 MIT BSD-2-Clause BSD-3-Clause ISC EUPL-1.2 MPL-2.0 Unlicense CC0-1.0 CC-BY-4.0 CC-BY-SA-4.0
  GPL-3.0 GPL-3.0-only GPL-3.0-or-later LGPL-3.0 AGPL-3.0`
  .trim()
  .split(/\s+/);

/** What the file says of itself, as far as it can be used. Throws `gguf-not-a-model` for an adapter, a projector or a part. */
export function factsOf(
  { metadata, parameters }: GgufHeader,
  fileName: string,
): Omit<ModelRecord, 'id' | 'sizeBytes' | 'sha256' | 'installedAt'> {
  refuseParts(metadata);
  const text = (key: string) => {
    const value = metadata.get(key);
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
  };
  const languages = metadata.get('general.languages');
  const file = basename(fileName);
  return {
    title: (text('general.name') ?? file.replace(/\.gguf$/i, '')).slice(0, 200) || 'model',
    summary: { en: `Imported from the file ${file}.`, fr: `Importé du fichier ${file}.` },
    origin: {
      maker: text('general.organization') ?? text('general.author') ?? 'unknown',
      jurisdiction: 'local',
      source: 'imported',
    },
    licence: licenceOf(text('general.license'), text('general.license.link')),
    languages: Array.isArray(languages)
      ? languages.filter((tag) => /^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$/.test(tag))
      : [],
    ...(parameters > 0 ? { parameters } : {}),
  };
}

function refuseParts(metadata: GgufHeader['metadata']): void {
  const type = metadata.get('general.type');
  const parts = metadata.get('split.count');
  const isPart = typeof parts === 'number' && parts > 1;
  if (!isPart && (type === undefined || type === 'model')) return;
  throw new CodedError({
    status: 422,
    code: 'gguf-not-a-model',
    detail: isPart
      ? `The file is one part of a model that was split into ${parts} files.`
      : `The file holds no whole model: it calls itself "${type}".`,
    todo: isPart
      ? 'Merge the parts first: llama-gguf-split --merge FIRST-PART OUT.gguf'
      : 'Choose the .gguf file of the model itself.',
    field: 'file',
  });
}

/** The licence that goes by this name, SPDX id or not. */
export function licenceOf(name: string | undefined, link: string | undefined): ModelRecord['licence'] {
  if (name === undefined || name.toLowerCase() === 'other' || name.toLowerCase() === 'unknown') {
    return { id: 'unknown', open: false, ...url(link) };
  }
  const listed = OPEN.find((id) => id.toLowerCase() === name.toLowerCase());
  const id = listed ?? `LicenseRef-${name.replace(/[^A-Za-z0-9.-]+/g, '-').slice(0, 60)}`;
  return { id, open: listed !== undefined, ...url(link) };
}

const url = (link: string | undefined) => (link !== undefined && /^https?:\/\//.test(link) ? { url: link } : {});
