import { createHash } from 'node:crypto';

/**
 * On every answer. Cross-origin isolation (COOP, COEP) gives browser labs SharedArrayBuffer; CORP keeps other origins from
 * embedding what is served here.
 */
export const SECURITY_HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/**
 * Content security policy of a page: nothing from anywhere else, WebAssembly allowed, and of inline scripts and styles only
 * those with exactly this text (CSP Level 3 §2.3.1 hash-source).
 */
export function pagePolicy(inline: {
  readonly scripts: readonly string[];
  readonly styles: readonly string[];
}): string {
  const scripts = ["'self'", "'wasm-unsafe-eval'", ...inline.scripts.map(hashSource)].join(' ');
  const styles = ["'self'", ...inline.styles.map(hashSource)].join(' ');
  return [
    "default-src 'self'",
    `script-src ${scripts}`,
    `style-src ${styles}`,
    "img-src 'self' data: blob:",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Texts of the inline scripts and styles of a page of our own build. */
export function inlineOf(html: string): { scripts: string[]; styles: string[] } {
  const texts = (pattern: RegExp) =>
    [...html.matchAll(pattern)].map((match) => match[1] ?? '').filter((text) => text !== '');
  return {
    scripts: texts(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/gi),
    styles: texts(/<style[^>]*>([\s\S]*?)<\/style>/gi),
  };
}

const hashSource = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
