import { CodedError } from '../coded-error.ts';
import type { LiveMicrocloud } from './live-microcloud.ts';

/**
 * Where a request to `/m/{id}/…` goes on to.
 * @param requested path and query as the client sent them
 * @throws {CodedError} `microcloud-not-found`, `gateway-not-ready`, `route-not-found`
 */
export function gatewayUrl(
  live: Pick<LiveMicrocloud, 'link' | 'microcloud'> | undefined,
  id: string,
  requested: string,
): URL {
  if (!live) {
    throw new CodedError({
      status: 404,
      code: 'microcloud-not-found',
      detail: `There is no micro-cloud ${id}.`,
      todo: 'Check the base URL; it was shown when the micro-cloud was created.',
    });
  }
  const inside = requested.replace(/^\/m\/[^/]+/, '');
  const path = inside.split('?', 1)[0] ?? '';
  const base = live.link?.address.url ?? 'http://gateway.invalid';
  const url = URL.canParse(base + inside) ? new URL(base + inside) : undefined;
  // Dot segments, plain or encoded, are resolved by URL parsers (RFC 3986 §5.2.4) and could come out at the gateway's own
  // routes; a path that does not mean itself is none of ours.
  if (!url || url.pathname !== path || !/^\/(?:v1|ledger)\//.test(path)) {
    throw new CodedError({
      status: 404,
      code: 'route-not-found',
      detail: 'A micro-cloud answers under /v1/ and /ledger/ only.',
      todo: 'Check the path.',
    });
  }
  if (live.link) return url;
  const { state, reason } = live.microcloud;
  throw new CodedError({
    status: 503,
    code: 'gateway-not-ready',
    detail: `The micro-cloud is ${state}${reason ? `: ${reason}` : '.'}`,
    todo: 'Wait until it is ready, then try again.',
  });
}
