import { unusableAnswer } from './hub-answer.ts';

/** A model hub, or a mirror of one, that speaks Hugging Face's HTTP. */
export interface Hub {
  /** Without credentials. */
  readonly base: URL;
  /** For the hub's own origin only. */
  readonly authorization?: string;
}

/** Which file of which repository. */
export interface HubFile {
  readonly repo: string;
  readonly revision: string;
  readonly path: string;
}

/** A final answer, with what the hub said of the file on the way to it. */
export interface HubAnswer {
  readonly response: Response;
  /** SHA-256 of the file by `x-linked-etag`, where the hub says it. */
  readonly linkedSha256?: string;
  /** Size of the file in bytes by `x-linked-size`. */
  readonly linkedSize?: number;
}

/** Credentials come in the URL: `https://TOKEN@hub` is sent as Bearer, `https://name:password@mirror` as Basic. */
export function hubAt(url: URL): Hub {
  const base = new URL(url);
  base.username = '';
  base.password = '';
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  const [name, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
  if (name === '' && password === '') return { base };
  if (password === '') return { base, authorization: `Bearer ${name}` };
  return { base, authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` };
}

const MOST_REDIRECTS = 8;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * Asks for the file and follows redirects, relative ones and those to other origins, where the credentials do not go.
 * The caller reads or cancels the body. Network failures are thrown as fetch throws them.
 */
export async function askHub(
  hub: Hub,
  file: HubFile,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<HubAnswer> {
  let url = new URL(`${file.repo}/resolve/${file.revision}/${file.path}`, hub.base);
  let atHome = true;
  let said: Omit<HubAnswer, 'response'> = {};
  for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
    const response = await fetch(url, {
      redirect: 'manual',
      signal,
      headers: {
        ...headers,
        'accept-encoding': 'identity',
        ...(atHome && hub.authorization !== undefined ? { authorization: hub.authorization } : {}),
      },
    });
    said = { ...said, ...linked(response.headers) };
    if (!REDIRECTS.has(response.status)) return { response, ...said };
    await response.body?.cancel();
    url = next(url, response);
    // Once away, for good: a foreign server must not send the credentials back with a redirect of its own.
    atHome &&= url.origin === hub.base.origin;
  }
  throw unusableAnswer(`more than ${MOST_REDIRECTS} redirects`);
}

function next(from: URL, response: Response): URL {
  const location = response.headers.get('location');
  const to = location === null ? null : URL.parse(location, from);
  if (to === null || !/^https?:$/.test(to.protocol)) {
    throw unusableAnswer(`a redirect to ${location === null ? 'nowhere' : `"${location.slice(0, 80)}"`}`);
  }
  to.username = '';
  to.password = '';
  return to;
}

function linked(headers: Headers): Omit<HubAnswer, 'response'> {
  const etag = /^(?:W\/)?"?([0-9a-f]{64})"?$/.exec(headers.get('x-linked-etag') ?? '')?.[1];
  const size = /^\d{1,15}$/.exec(headers.get('x-linked-size') ?? '')?.[0];
  return {
    ...(etag === undefined ? {} : { linkedSha256: etag }),
    ...(size === undefined ? {} : { linkedSize: Number(size) }),
  };
}
