import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import subsetFont from 'subset-font';

/** Where the site's styles look for the faces: generated, never committed. */
const OUT = new URL('../.astro/fonts/', import.meta.url);
const require = createRequire(import.meta.url);

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const french = 'ÀÂÇÈÉÊÎÔŒàâçèéêëîïôœùûü';
const writing = '\u0020\u00a0\u202f0123456789.,;:!?\'"()&/-%«»’“”–…+=×÷<>{}';
/** What nearly every page needs; fetched by all. */
const common = letters + french + writing;
/** Latin-1 and general punctuation: what is not common comes in a second file, fetched where a page has such a sign. */
const latin = Array.from({ length: 0x100 - 0x20 }, (_, index) => String.fromCodePoint(0x20 + index))
  .filter((sign) => sign < '\u007f' || sign > '\u009f')
  .concat([...'ŒœŸ‘’‚“”„–—…•‰‹›€™−↑↓\u202f'])
  .join('');

interface Face {
  readonly name: string;
  readonly family: string;
  readonly from: string;
  readonly style: 'normal' | 'italic';
  readonly wght: number | { readonly min: number; readonly max: number };
  /** Signs in the first file. */
  readonly first: string;
  /** Kerning, and lining figures where the face has old-style ones; small capitals and swashes are left out. */
  readonly features: readonly string[];
  /** For the other Latin languages, taken whole. */
  readonly extended: string;
}

const FACES: readonly Face[] = [
  {
    name: 'vollkorn',
    family: 'Vollkorn',
    from: require.resolve('@fontsource-variable/vollkorn/files/vollkorn-latin-wght-normal.woff2'),
    style: 'normal',
    wght: 560,
    first: common,
    features: ['kern', 'lnum'],
    extended: require.resolve('@fontsource-variable/vollkorn/files/vollkorn-latin-ext-wght-normal.woff2'),
  },
  {
    name: 'source-sans',
    family: 'Source Sans 3',
    from: require.resolve('@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2'),
    style: 'normal',
    wght: { min: 400, max: 600 },
    first: `${common}−·•€@§°`,
    features: ['kern'],
    extended: require.resolve('@fontsource-variable/source-sans-3/files/source-sans-3-latin-ext-wght-normal.woff2'),
  },
  {
    name: 'source-sans-italic',
    family: 'Source Sans 3',
    from: require.resolve('@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-italic.woff2'),
    style: 'italic',
    wght: 400,
    first: common,
    features: ['kern'],
    extended: require.resolve('@fontsource-variable/source-sans-3/files/source-sans-3-latin-ext-wght-italic.woff2'),
  },
];
const EXTENDED_RANGE = 'U+0100-0151, U+0154-0177, U+0179-02BA, U+1E00-1E9F, U+1EF2-1EFF';

/** `U+41-5A, U+C0`, as `unicode-range` wants it. */
export function unicodeRange(signs: string): string {
  const points = [...new Set(signs)].map((sign) => sign.codePointAt(0) ?? 0).sort((a, b) => a - b);
  const runs: [number, number][] = [];
  for (const point of points) {
    const last = runs.at(-1);
    if (last && last[1] === point - 1) last[1] = point;
    else runs.push([point, point]);
  }
  const hex = (point: number) => point.toString(16).toUpperCase();
  return runs.map(([from, to]) => (from === to ? `U+${hex(from)}` : `U+${hex(from)}-${hex(to)}`)).join(', ');
}

function rule({ family, style, wght }: Face, file: string, range: string): string {
  const weight = typeof wght === 'number' ? String(wght) : `${wght.min} ${wght.max}`;
  return `@font-face {
  font-family: '${family}';
  font-style: ${style};
  font-weight: ${weight};
  font-display: swap;
  src: url('./${file}') format('woff2');
  unicode-range: ${range};
}
`;
}

async function cut(face: Face): Promise<string> {
  const rest = [...latin].filter((sign) => !face.first.includes(sign)).join('');
  const font = await readFile(face.from);
  const options = { keepFeatures: face.features, noHinting: true, variationAxes: { wght: face.wght } };
  const parts = { [`${face.name}.woff2`]: face.first, [`${face.name}-more.woff2`]: rest };
  let rules = '';
  for (const [file, signs] of Object.entries(parts)) {
    await writeFile(new URL(file, OUT), await subsetFont(font, signs, { targetFormat: 'woff2', ...options }));
    rules += rule(face, file, unicodeRange(signs));
  }
  const extended = `${face.name}-extended.woff2`;
  await writeFile(new URL(extended, OUT), await readFile(face.extended));
  return rules + rule(face, extended, EXTENDED_RANGE);
}

/** Writes the faces and `faces.css`, unless those that lie there were made from the same packages by the same rules. */
export async function buildFonts(): Promise<void> {
  const versions = [
    require('@fontsource-variable/source-sans-3/package.json').version,
    require('@fontsource-variable/vollkorn/package.json').version,
  ];
  const stamp = JSON.stringify([versions, FACES, latin, EXTENDED_RANGE]);
  const stampFile = new URL('stamp.json', OUT);
  if (existsSync(stampFile) && (await readFile(stampFile, 'utf8')) === stamp) return;
  await mkdir(OUT, { recursive: true });
  let rules = '';
  for (const face of FACES) rules += await cut(face);
  await writeFile(new URL('faces.css', OUT), rules);
  await writeFile(stampFile, stamp);
}

if (import.meta.main) await buildFonts();
