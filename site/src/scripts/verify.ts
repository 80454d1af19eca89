/** Verifies a proof in the browser, from the file and the key alone. */
import { toHex } from '@terroir/labs/contract/ledger/bytes.ts';
import {
  PROOF_STEPS,
  type ProofFacts,
  type ProofStep,
  type ProofVerdict,
  verifyProof,
} from '@terroir/labs/contract/ledger/verify-proof.ts';

/** No proof comes near: an entry has at most 65,535 bytes and a path at most 53 hashes. */
const LARGEST_BYTES = 1_000_000;

type Trouble = 'needFile' | 'needKey' | 'unreadableFile' | 'tooLarge';

const part = <T extends HTMLElement>(name: string) => document.querySelector<T>(`#verify ${name}`);
const show = (name: string, shown: boolean) => {
  const element = part(name);
  if (element) element.hidden = !shown;
};
const say = (trouble: Trouble | undefined) => {
  for (const line of document.querySelectorAll<HTMLElement>('#verify [data-trouble]')) {
    line.hidden = line.dataset.trouble !== trouble;
  }
};

function stateOf(step: ProofStep, verdict: ProofVerdict): 'passed' | 'failed' | 'notReached' {
  if (verdict.passed.includes(step)) return 'passed';
  return !verdict.verified && verdict.failed === step ? 'failed' : 'notReached';
}

/** JSON as a person reads it; other entries as they are. */
function readable(entry: Uint8Array): string {
  const text = new TextDecoder().decode(entry);
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function showFacts(facts: ProofFacts): void {
  for (const [name, value] of Object.entries(facts)) {
    const row = part(`[data-fact="${name}"]`);
    const place = row?.querySelector('dd');
    if (!row || !place || value === undefined) continue;
    place.textContent = value instanceof Uint8Array ? toHex(value) : String(value);
    row.hidden = false;
  }
}

function showVerdict(verdict: ProofVerdict): void {
  for (const step of PROOF_STEPS) {
    const row = part(`[data-step="${step}"]`);
    const state = stateOf(step, verdict);
    if (row) row.dataset.state = state;
    for (const word of row?.querySelectorAll<HTMLElement>('[data-word]') ?? [])
      word.hidden = word.dataset.word !== state;
  }
  for (const row of document.querySelectorAll<HTMLElement>('#verify [data-fact]')) row.hidden = true;
  showFacts(verdict.facts);
  show('.verified', verdict.verified);
  show('.not-verified', !verdict.verified);
  show('.reason', !verdict.verified);
  show('.entry', verdict.verified);
  const code = part('.reason code');
  if (code && !verdict.verified) code.textContent = `${verdict.code}: ${verdict.detail}`;
  const entry = part('.entry pre');
  if (entry && verdict.verified) entry.textContent = readable(verdict.entry);
  show('.outcome', true);
}

const form = part<HTMLFormElement>('form');
const fileInput = part<HTMLInputElement>('input[type="file"]');
const keyInput = part<HTMLTextAreaElement>('textarea');
const drop = part('.drop');

/** What an earlier check showed must not stand beside a new question. */
function clear(): void {
  say(undefined);
  for (const name of ['.outcome', '.verified', '.not-verified']) show(name, false);
  for (const row of document.querySelectorAll<HTMLElement>('#verify [data-step]')) delete row.dataset.state;
  for (const word of document.querySelectorAll<HTMLElement>('#verify [data-word]')) word.hidden = true;
}

async function check(): Promise<void> {
  clear();
  const key = keyInput?.value.trim() ?? '';
  const file = fileInput?.files?.[0];
  if (!file) return say('needFile');
  if (file.size > LARGEST_BYTES) return say('tooLarge');
  if (key === '') {
    keyInput?.focus();
    return say('needKey');
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer());
  } catch {
    return say('unreadableFile');
  }
  showVerdict(verifyProof(text, key));
}

keyInput?.addEventListener('input', clear);
fileInput?.addEventListener('change', clear);
for (const kind of ['dragover', 'dragleave', 'drop'] as const) {
  drop?.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.toggle('over', kind === 'dragover');
    if (kind !== 'drop' || !fileInput || !event.dataTransfer?.files.length) return;
    fileInput.files = event.dataTransfer.files;
    clear();
  });
}
form?.addEventListener('submit', (event) => {
  event.preventDefault();
  void check();
});
