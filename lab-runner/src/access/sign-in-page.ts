import { createHash } from 'node:crypto';
import type { Locale } from '@terroir/labs/contract/locale.ts';

interface Words {
  readonly title: string;
  readonly lead: string;
  readonly label: string;
  readonly button: string;
  readonly wrong: string;
  readonly wait: string;
}

const WORDS: Record<Locale, Words> = {
  en: {
    title: 'Sign in to Terroir',
    lead: 'This Terroir can be reached from other machines, so it asks who is there. Its passphrase was shown in the terminal when it was first started.',
    label: 'Passphrase',
    button: 'Sign in',
    wrong: 'That is not the passphrase. Capital letters, spaces and dashes do not matter.',
    wait: 'Too many attempts. Wait a minute, then try again.',
  },
  fr: {
    title: 'Se connecter à Terroir',
    lead: 'Ce Terroir est accessible depuis d’autres machines : il demande donc qui est là. Sa phrase de passe est apparue dans le terminal à son premier démarrage.',
    label: 'Phrase de passe',
    button: 'Se connecter',
    wrong: 'Ce n’est pas la phrase de passe. Majuscules, espaces et tirets ne comptent pas.',
    wait: 'Trop d’essais. Attendez une minute, puis réessayez.',
  },
};

const STYLE = `:root{color-scheme:light dark;font:1.125rem/1.6 system-ui,sans-serif}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:light-dark(#faf6ee,#1d1a16);color:light-dark(#2b2620,#efe7da)}
main{max-width:28rem;padding:2rem}h1{font:600 1.75rem/1.2 Georgia,serif;margin:0 0 1rem}
label{display:block;font-weight:600;margin:1.5rem 0 .25rem}
input{box-sizing:border-box;width:100%;font:inherit;padding:.6rem;border:1px solid light-dark(#6d6355,#a89b88);border-radius:.25rem;background:light-dark(#fff,#2a251f);color:inherit}
button{margin-top:1rem;font:inherit;font-weight:600;padding:.6rem 1.2rem;border:0;border-radius:.25rem;background:light-dark(#8a3f24,#e0906f);color:light-dark(#fff,#1d1a16);cursor:pointer}
:focus-visible{outline:3px solid light-dark(#4c6a3a,#a9c78e);outline-offset:2px}
[role=alert]{border-left:4px solid light-dark(#8a3f24,#e0906f);padding-left:.75rem}`;

/** CSP for the page: its one style, a form to this origin, and nothing else. */
export const SIGN_IN_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`;

/** A whole page that works without script. The form sends `passphrase` to POST /api/session. */
export function signInPage(locale: Locale, problem?: 'wrong' | 'wait'): string {
  const words = WORDS[locale];
  const alert = problem ? `<p role="alert" id="problem">${words[problem]}</p>` : '';
  const described = problem ? ' aria-describedby="problem" aria-invalid="true"' : '';
  return `<!doctype html>
<html lang="${locale}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${words.title}</title><style>${STYLE}</style></head>
<body><main><h1>${words.title}</h1><p>${words.lead}</p>${alert}
<form method="post" action="/api/session">
<label for="passphrase">${words.label}</label>
<input id="passphrase" name="passphrase" type="password" autocomplete="current-password" required autofocus${described}>
<button>${words.button}</button>
</form></main></body>
</html>
`;
}
