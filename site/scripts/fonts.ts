import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import subsetFont from 'subset-font';

/** Where the site's styles look for the WOFF2 files: generated, never committed. */
const OUT = new URL('../.astro/fonts/', import.meta.url);
const require = createRequire(import.meta.url);

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const french = 'ÀÂÆÇÈÉÊËÎÏÔŒÙÛÜŸàâæçèéêëîïôœùûüÿ';
const spaces = ' \u00a0\u202f';
const writing = '0123456789.,;:!?\'"()&/-%+*#@«»‘’“”–—…·';
const heading = letters + french + spaces + writing;
const text = `${heading}$<=>[\\]^_\`{|}~•×−°²€§©`;

/** Features that change how French and English read; small capitals, fractions and swashes are left out. */
const keepFeatures = ['kern', 'liga', 'locl'];

interface Face {
  readonly out: string;
  readonly from: string;
  readonly text: string;
  readonly wght: number | { readonly min: number; readonly max: number };
}

const sans = '@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght';
const serif = '@fontsource-variable/vollkorn/files/vollkorn-latin-wght';
const FACES: readonly Face[] = [
  { out: 'vollkorn.woff2', from: `${serif}-normal.woff2`, text: heading, wght: 560 },
  { out: 'source-sans.woff2', from: `${sans}-normal.woff2`, text, wght: { min: 400, max: 600 } },
  { out: 'source-sans-italic.woff2', from: `${sans}-italic.woff2`, text: heading, wght: 400 },
];

/** Faces for the other Latin letters, taken whole: a browser fetches them only where a page uses such a letter. */
const WHOLE = [
  ['vollkorn-ext.woff2', '@fontsource-variable/vollkorn/files/vollkorn-latin-ext-wght-normal.woff2'],
  ['source-sans-ext.woff2', '@fontsource-variable/source-sans-3/files/source-sans-3-latin-ext-wght-normal.woff2'],
] as const;

/** Writes the subset faces, unless those that lie there were made from the same packages by the same rules. */
export async function buildFonts(): Promise<void> {
  const versions = ['source-sans-3', 'vollkorn'].map(
    (name) => require(`@fontsource-variable/${name}/package.json`).version,
  );
  const stamp = JSON.stringify([versions, FACES, WHOLE, keepFeatures]);
  const stampFile = new URL('stamp.json', OUT);
  if (existsSync(stampFile) && (await readFile(stampFile, 'utf8')) === stamp) return;
  await mkdir(OUT, { recursive: true });
  for (const face of FACES) {
    const font = await readFile(require.resolve(face.from));
    const subset = await subsetFont(font, face.text, {
      targetFormat: 'woff2',
      keepFeatures,
      noHinting: true,
      variationAxes: { wght: face.wght },
    });
    await writeFile(new URL(face.out, OUT), subset);
  }
  for (const [out, from] of WHOLE) await writeFile(new URL(out, OUT), await readFile(require.resolve(from)));
  await writeFile(stampFile, stamp);
}

if (import.meta.main) await buildFonts();
