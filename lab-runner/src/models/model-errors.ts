import { CodedError } from '../coded-error.ts';
import { bytes } from './byte-size.ts';

export const notFound = (id: string) =>
  new CodedError({
    status: 404,
    code: 'model-not-found',
    detail: `There is no model "${id}" in the catalogue, shipped or imported.`,
    todo: 'Look at the list of models for its exact id, or import the file.',
    field: 'id',
  });

export const notInstalled = (id: string) =>
  new CodedError({
    status: 409,
    code: 'model-not-installed',
    detail: `The model "${id}" is in the catalogue, but its file is not on this machine.`,
    todo: `Pull it first, or import the file: npm run terroir -- model pull ${id}`,
    field: 'id',
  });

export const notAtHub = (id: string) =>
  new CodedError({
    status: 409,
    code: 'model-not-in-catalogue',
    detail: `"${id}" was imported from a file, so there is no hub to pull it from.`,
    todo: 'Remove it and import the file again.',
    field: 'id',
  });

export const damaged = (id: string, expected: string, found: string) =>
  new CodedError({
    status: 409,
    code: 'model-damaged',
    detail: `The file of "${id}" is not what was verified before: expected SHA-256 ${expected}, found ${found}.`,
    todo: 'Remove the model and pull or import it again; one that came with Terroir is restored from its repository. Check the disk if it happens twice.',
    field: 'id',
  });

export const licenceNotAccepted = (id: string, licence: { id: string; url?: string }) =>
  new CodedError({
    status: 409,
    code: 'licence-not-accepted',
    detail: `"${id}" comes under the licence ${licence.id}${licence.url === undefined ? '' : ` (${licence.url})`}.`,
    todo: 'Read the licence; if you agree to it, ask again with acceptLicence: true (--accept-licence).',
    field: 'acceptLicence',
  });

export const pullInProgress = (id: string) =>
  new CodedError({
    status: 409,
    code: 'pull-in-progress',
    detail: `"${id}" is being pulled already, here or by another program that uses this data folder.`,
    todo: 'Wait for it, or cancel that pull.',
    field: 'id',
  });

export const modelInUse = (id: string, microclouds: readonly string[]) =>
  new CodedError({
    status: 409,
    code: 'model-in-use',
    detail: `"${id}" is deployed in ${microclouds.join(', ')}. Nothing was removed.`,
    todo: `Stop ${microclouds.length === 1 ? 'that deployment' : 'those deployments'} first, then remove the model.`,
    field: 'id',
  });

export const shippedStays = (id: string) =>
  new CodedError({
    status: 409,
    code: 'model-shipped',
    detail: `"${id}" ships with Terroir, so it can't be pulled or removed.`,
    todo: 'Nothing to do: leave it where it is.',
    field: 'id',
  });

export const diskFull = (folder: string, neededBytes: number, freeBytes: number) =>
  new CodedError({
    status: 507,
    code: 'disk-full',
    detail: `${bytes(neededBytes)} more are needed in ${folder}, and ${bytes(freeBytes)} are free.`,
    todo: 'Free some space or remove a model, then try again; what was received is kept.',
  });

export const checksumMismatch = (what: string, expected: string, found: string) =>
  new CodedError({
    status: 502,
    code: 'checksum-mismatch',
    detail: `${what} has another checksum: expected SHA-256 ${expected}, found ${found}. It was not installed.`,
    todo: 'Try again; if it stays so, the file at the hub was changed or the way to it is not to be trusted.',
  });

export const sizeMismatch = (what: string, expected: number, found: string) =>
  new CodedError({
    status: 502,
    code: 'size-mismatch',
    detail: `${what} should be ${expected} bytes long, but the hub says or sends ${found}. It was not installed.`,
    todo: 'Check that TERROIR_HUB is a hub or a faithful mirror of one, then try again.',
  });
