import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Content } from './content.ts';
import { staleTranslations } from './translation-rules.ts';

const HASH_LINE = /^([ \t]*sourceHash:[ \t]*).*$/m;

/**
 * Writes the present hash of the source into each stale translation that already has a `sourceHash:` line, and answers the files
 * written. For whoever has just brought the translations up to date.
 */
export function stampTranslations(content: Content): string[] {
  return staleTranslations(content).flatMap(({ document, sourceHash }) => {
    const path = join(content.root, document.file);
    const text = readFileSync(path, 'utf8');
    const stamped = text.replace(HASH_LINE, (_line, label: string) => `${label}"${sourceHash}"`);
    if (stamped === text) return [];
    writeFileSync(path, stamped);
    return [document.file];
  });
}
