import { CodedError } from '../coded-error.ts';
import { isLoopback } from '../config.ts';

/** What a request says of where it comes from. */
export interface Provenance {
  readonly method: string;
  readonly path: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly secFetchSite: string | undefined;
}

/**
 * On loopback there is no sign-in, so two things must hold. The Host names this machine: otherwise a page of a foreign domain
 * that was pointed at 127.0.0.1 (DNS rebinding) could read everything. And a call that changes something does not come from
 * a page of another origin (Fetch Metadata, https://www.w3.org/TR/fetch-metadata/; Origin for browsers without it).
 * @throws {CodedError} `host-not-local`, `cross-site-request`
 */
export function guardLoopback(request: Provenance): void {
  if (!isLoopback(nameOf(request.host ?? ''))) {
    throw new CodedError({
      status: 403,
      code: 'host-not-local',
      detail: `This runner answers only on this machine's own address, and was called as ${request.host ?? 'nothing'}.`,
      todo: 'Open it at 127.0.0.1. To reach it from other machines, start it with TERROIR_HOST.',
      field: 'host',
    });
  }
  refuseCrossSite(request);
}

/** @throws {CodedError} `cross-site-request` */
export function refuseCrossSite(request: Provenance): void {
  if (['GET', 'HEAD', 'OPTIONS'].includes(request.method) || carriesItsOwnKey(request.path) || isSameOrigin(request))
    return;
  throw new CodedError({
    status: 403,
    code: 'cross-site-request',
    detail: 'A page of another site tried to change something here, and was refused.',
    todo: 'Use the workbench, the command line, or a program that is not a web page of another site.',
    field: 'origin',
  });
}

/** The gateway wants a Bearer key of each such call, which no foreign page can have a browser add. */
export const carriesItsOwnKey = (path: string): boolean => /^\/m\/[^/]+\/v1(?:\/|$)/.test(path);

function isSameOrigin({ secFetchSite, origin, host }: Provenance): boolean {
  if (secFetchSite !== undefined) return secFetchSite === 'same-origin' || secFetchSite === 'none';
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

/** The host of a Host header, without port and without the brackets of an IPv6 address (RFC 9110 §7.2). */
function nameOf(host: string): string {
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname.replace(/^\[(.*)\]$/, '$1') : '';
}
