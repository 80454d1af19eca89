import type { AstroIntegration } from 'astro';
import { buildFonts } from '../scripts/fonts.ts';

/** Cuts the faces before anything asks for them, in `astro dev`, `build` and `check` alike. */
export function fonts(): AstroIntegration {
  return { name: 'terroir-fonts', hooks: { 'astro:config:setup': () => buildFonts() } };
}
