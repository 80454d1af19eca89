import type { Finding } from '../schema/readable-error.ts';
import type { TextDocument } from './document.ts';

/** The tokens of the site that read in light and in dark. */
const COLOUR = /^(none|currentColor|var\(--(ink|moss|terracotta|soil|paper|line)\)|url\(#[\w-]+\))$/;
const SMALLEST_AT_640 = 14;

/**
 * Figures are drawn inline: named for whoever cannot see them, coloured by tokens of the site, and with letters that can be read on
 * a phone.
 */
export function checkDrawing({ file, outline, linesAboveBody }: TextDocument<unknown>): Finding[] {
  const findings: Finding[] = [];
  const report = (line: number, message: string) => findings.push({ file, line: line + linesAboveBody, message });
  const ids = new Set(outline.components.map((component) => component.attributes.get('id')));
  let width = 640;
  for (const { name, line, attributes, within } of outline.components) {
    if (name === 'svg') {
      width = Number(attributes.get('viewBox')?.split(/\s+/)[2] ?? 640);
      if (!within.includes('Figure')) report(line, 'put the <svg> in a <Figure caption="…" id="…">');
      if (attributes.get('role') !== 'img') report(line, '<svg> needs role="img"');
      if (!attributes.has('viewBox')) report(line, '<svg> needs a viewBox, so that it fits every screen');
      const names = (attributes.get('aria-labelledby') ?? '').split(/\s+/);
      if (names.length < 2 || !names.every((id) => ids.has(id))) {
        report(line, '<svg> needs aria-labelledby naming the ids of its <title> and its <desc>');
      }
    } else if (within.includes('svg')) {
      for (const property of ['fill', 'stroke']) {
        const colour = attributes.get(property);
        if (colour !== undefined && !COLOUR.test(colour)) {
          report(
            line,
            `${property}="${colour}" does not follow light and dark; use currentColor or var(--ink), var(--moss), …`,
          );
        }
      }
      const size = Number(attributes.get('font-size') ?? Number.NaN);
      if (size * (640 / width) < SMALLEST_AT_640) {
        report(
          line,
          `font-size="${size}" is below ${SMALLEST_AT_640} at 640 wide; make the letters larger or the drawing narrower`,
        );
      }
    }
  }
  return findings;
}
