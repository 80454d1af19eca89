import { readdir, readFile, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { AstroIntegration } from 'astro';

const COMPRESSIBLE = new Set([
  '.html',
  '.css',
  '.js',
  '.mjs',
  '.svg',
  '.json',
  '.xml',
  '.txt',
  '.wasm',
  '.webmanifest',
]);
/** Below this, in bytes, the headers cost more than the compression saves. */
const SMALLEST = 512;

const brotli = promisify(brotliCompress);
const gzipped = promisify(gzip);

/** Brotli's best level takes seconds per megabyte; large files (editors, WebAssembly) get a level that does not. */
const quality = (bytes: number) => (bytes > 500_000 ? 7 : 11);

async function compressFile(file: string): Promise<void> {
  const content = await readFile(file);
  if (content.length < SMALLEST) return;
  const params = { [constants.BROTLI_PARAM_QUALITY]: quality(content.length) };
  await writeFile(`${file}.br`, await brotli(content, { params }));
  await writeFile(`${file}.gz`, await gzipped(content, { level: 9 }));
}

/** Writes `file.br` and `file.gz` beside every text file of the built site, for a server that hands them out as they are. */
export function precompress(): AstroIntegration {
  return {
    name: 'terroir-precompress',
    hooks: {
      'astro:build:done': async ({ dir, logger }) => {
        const root = fileURLToPath(dir);
        const entries = await readdir(root, { recursive: true, withFileTypes: true });
        const files = entries.filter((entry) => entry.isFile() && COMPRESSIBLE.has(extname(entry.name)));
        await Promise.all(files.map((entry) => compressFile(join(entry.parentPath, entry.name))));
        logger.info(`compressed ${files.length} files`);
      },
    },
  };
}
