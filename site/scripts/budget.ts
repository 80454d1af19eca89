/**
 * Weighs what a lesson page loads at a first visit, as gzip sends it: the page, its styles, its scripts with what they
 * import, and the faces its letters need. Fails on the heaviest page above the budget. Run after a build: `node site/scripts/budget.ts`.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const BUDGET_BYTES = 60_000;
const dist = fileURLToPath(new URL('../dist/', import.meta.url));

const read = (path: string) => readFileSync(join(dist, path));
const found = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1] ?? '');

/** A module and all that it imports before it can run. */
function modules(path: string, seen: Set<string>): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  const imports = found(read(path).toString(), /(?:from|import)\s*["'](\.[^"']+\.js)["']/g);
  for (const name of imports) modules(posix.join(posix.dirname(path), name), seen);
  return seen;
}

/** The few references that a build writes. */
const decode = (text: string) =>
  text
    .replaceAll(/&#(\d+);/g, (_, point) => String.fromCodePoint(Number(point)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');

const inRange = (point: number, range: string) =>
  found(range, /U\+([0-9a-f-]+)/gi).some((run) => {
    const [from = '', to = from] = run.split('-');
    return point >= Number.parseInt(from, 16) && point <= Number.parseInt(to, 16);
  });

/** The text of `html` that a face may set: italics in its italics, serifs in its titles, the rest anywhere. */
function setIn(rule: string, html: string): string {
  const part = /font-style:\s*italic/.test(rule)
    ? 'em|i|cite'
    : /Vollkorn/.test(rule)
      ? 'h[1-4]|legend|blockquote'
      : '';
  const parts = part
    ? [...html.matchAll(new RegExp(`<(${part})\\b[\\s\\S]*?</\\1>`, 'g'))].map(([whole]) => whole)
    : [html];
  return decode(parts.join('').replaceAll(/<(pre|code)\b[\s\S]*?<\/\1>|<[^>]*>/g, ''));
}

/** The faces that a browser fetches for `html`: those that hold a sign it sets in them. */
function faces(styles: readonly string[], html: string): string[] {
  const rules = styles.flatMap((style) => found(read(style).toString(), /@font-face\s*\{([^}]*)\}/g));
  return rules.flatMap((rule) => {
    const [url] = found(rule, /url\(["']?(\/[^"')]+\.woff2)/g);
    const [range = 'U+0-10FFFF'] = found(rule, /unicode-range:\s*([^;}]+)/g);
    const points = new Set([...setIn(rule, html)].map((sign) => sign.codePointAt(0) ?? 0));
    return url !== undefined && [...points].some((point) => inRange(point, range)) ? [url] : [];
  });
}

/** Paths of everything that a visit to `page` loads, the page first. */
function loads(page: string): string[] {
  const html = read(page).toString();
  const styles = found(html, /<link[^>]+rel="stylesheet"[^>]+href="([^"]+)"/g);
  const scripts = found(html, /<script[^>]+src="([^"]+)"/g);
  const all = new Set<string>();
  for (const script of scripts) modules(script, all);
  const icons = found(html, /<link[^>]+rel="icon"[^>]+href="([^"]+)"/g);
  return [page, ...styles, ...all, ...new Set(faces(styles, html)), ...icons];
}

function weigh(path: string): number {
  const content = read(path);
  return path.endsWith('.woff2') ? content.length : Math.min(content.length, gzipSync(content, { level: 9 }).length);
}

if (!existsSync(dist)) {
  console.error('There is no site/dist. Build the site first: npm run build -w @terroir/site');
  process.exit(1);
}
const pages = globSync('*/learn/*/*/index.html', { cwd: dist });
const weights = pages
  .map((page) => {
    const parts = loads(page).map((path) => ({ path, bytes: weigh(path) }));
    return { page: dirname(page), parts, bytes: parts.reduce((sum, part) => sum + part.bytes, 0) };
  })
  .sort((a, b) => b.bytes - a.bytes);
const [heaviest] = weights;
if (!heaviest) {
  console.error('site/dist holds no lesson page.');
  process.exit(1);
}
for (const { page, bytes } of weights) console.log(`${String(bytes).padStart(6)} B  ${page}`);
if (heaviest.bytes > BUDGET_BYTES) {
  console.error(`\n${heaviest.page} is above the budget of ${BUDGET_BYTES} B:`);
  for (const { path, bytes } of heaviest.parts) console.error(`${String(bytes).padStart(6)} B  ${path}`);
  process.exit(1);
}
console.log(`The heaviest lesson page is ${heaviest.bytes} B of ${BUDGET_BYTES} B.`);
