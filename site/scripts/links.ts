/**
 * Checks the built site: every address inside it leads somewhere, anchors included, and nothing is loaded from elsewhere.
 * Links that leave the site are for readers to follow and are left alone. Run after a build: `node site/scripts/links.ts`.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
/** Only the scheme and the path matter; no machine has this name. */
const ORIGIN = 'http://site.invalid';

const decode = (text: string) => text.replaceAll('&amp;', '&').replaceAll('&#38;', '&').replaceAll('&quot;', '"');
const attributes = (html: string, pattern: RegExp) =>
  [...html.matchAll(pattern)].map((match) => decode(match[1] ?? ''));

const files = new Set(globSync('**/*', { cwd: dist }).map((file) => `/${file}`));
const pages = [...files].filter((file) => file.endsWith('.html'));
const text = new Map(pages.map((page) => [page, readFileSync(join(dist, page), 'utf8')]));
const ids = new Map([...text].map(([page, html]) => [page, new Set(attributes(html, /\sid="([^"]+)"/g))]));

/** The file that a static server answers with. */
const fileOf = (path: string) => (path.endsWith('/') ? `${path}index.html` : path);
const addressOf = (page: string) => page.replace(/index\.html$/, '');

const isLoaded = (tag: string) => /^<(script|img|source|iframe|audio|video|embed|object|use)\b/.test(tag);

function faultsOf(page: string, html: string): string[] {
  const faults: string[] = [];
  for (const [tag] of html.matchAll(/<[a-z][^>]*>/gi)) {
    const isLink = tag.startsWith('<link');
    const [target] = attributes(tag, /\s(?:href|src|data|poster)="([^"]*)"/g);
    if (target === undefined) continue;
    const url = new URL(target, ORIGIN + addressOf(page));
    if (url.origin !== ORIGIN) {
      if (isLoaded(tag) || isLink) faults.push(`loads ${target} from elsewhere`);
      continue;
    }
    const file = fileOf(decodeURIComponent(url.pathname));
    if (!files.has(file)) faults.push(`${target} leads nowhere`);
    else if (url.hash && !ids.get(file)?.has(decodeURIComponent(url.hash.slice(1)))) {
      faults.push(`${target}: there is no such anchor on that page`);
    }
  }
  if (
    /<script(?![^>]*\ssrc=)[^>]*>\s*\S/.test(html.replaceAll(/<script[^>]*type="application\/(ld\+)?json"[^>]*>/g, ''))
  ) {
    faults.push('holds a script of its own, which the runner’s content security policy refuses');
  }
  return faults;
}

function styleFaultsOf(style: string): string[] {
  const css = readFileSync(join(dist, style), 'utf8');
  return attributes(css, /(?:url\(|@import\s+)["']?([^"')\s]+)/g)
    .filter((target) => !target.startsWith('#'))
    .flatMap((target) => {
      const url = new URL(target, ORIGIN + style);
      if (url.origin !== ORIGIN) return [`loads ${target} from elsewhere`];
      return files.has(decodeURIComponent(url.pathname)) ? [] : [`${target} leads nowhere`];
    });
}

if (!existsSync(dist) || pages.length === 0) {
  console.error('There is no built site in site/dist. Build it first: npm run build -w @terroir/site');
  process.exit(1);
}
const styles = [...files].filter((file) => file.endsWith('.css'));
const faults = [
  ...[...text].flatMap(([page, html]) => faultsOf(page, html).map((fault) => `${page}  ${fault}`)),
  ...styles.flatMap((style) => styleFaultsOf(style).map((fault) => `${style}  ${fault}`)),
];
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exit(1);
console.log(`${pages.length} pages and ${styles.length} style sheets: every address inside them leads somewhere.`);
