import type { Budget } from './budget.ts';

/** A number as people write it: groups of digits with one to three spaces, dots, dashes, slashes or brackets between. */
export interface NumberCandidate {
  readonly digits: string;
  /** Lengths of its groups, e.g. `2-2-2-2-2`. */
  readonly shape: string;
  /** As written, from its first digit to its last. */
  readonly written: string;
  /** Where it begins in the text. */
  readonly start: number;
}

const FEWEST_DIGITS = 8;
const MOST_DIGITS = 19;
const MOST_GROUPS = 8;
const WIDEST_GAP = 3;
const GAP = /^[ .\-/+()]{1,3}$/;

interface Group {
  readonly start: number;
  readonly end: number;
}

/**
 * Calls `visit` with every run of whole groups that could be one number, until it returns true. A run that is part of
 * something longer (a word, a decimal, a version, a UUID) is passed over.
 */
export function someNumber(text: string, budget: Budget, visit: (candidate: NumberCandidate) => boolean): boolean {
  const groups: Group[] = [];
  const GROUP = /\d+/g;
  let previous: Group | undefined;
  for (let match = GROUP.exec(text); match !== null; match = GROUP.exec(text)) {
    const group = { start: match.index, end: match.index + match[0].length };
    if (previous !== undefined && !isGap(text, previous.end, group.start)) {
      if (someInRun(text, groups, budget, visit)) return true;
      groups.length = 0;
    }
    groups.push(group);
    previous = group;
    // Nothing looks back further than this, and a text of nothing but numbers must not be kept twice.
    if (groups.length >= 512) {
      if (someInRun(text, groups, budget, visit)) return true;
      groups.splice(0, groups.length - MOST_GROUPS);
    }
  }
  return someInRun(text, groups, budget, visit);
}

function someInRun(
  text: string,
  groups: readonly Group[],
  budget: Budget,
  visit: (candidate: NumberCandidate) => boolean,
): boolean {
  for (let first = 0; first < groups.length; first++) {
    const from = groups[first];
    if (from === undefined || !beginsWhole(text, from.start)) continue;
    let digits = '';
    let shape = '';
    for (let last = first; last < Math.min(groups.length, first + MOST_GROUPS); last++) {
      const group = groups[last];
      if (group === undefined || digits.length + group.end - group.start > MOST_DIGITS) break;
      digits += text.slice(group.start, group.end);
      shape += shape === '' ? `${group.end - group.start}` : `-${group.end - group.start}`;
      if (digits.length < FEWEST_DIGITS || !endsWhole(text, group.end)) continue;
      if (!budget.take()) return false;
      if (visit({ digits, shape, written: text.slice(from.start, group.end), start: from.start })) return true;
    }
  }
  return false;
}

function isGap(text: string, from: number, to: number): boolean {
  return to - from <= WIDEST_GAP && GAP.test(text.slice(from, to));
}

function beginsWhole(text: string, start: number): boolean {
  const before = text[start - 1] ?? '';
  // A plus sign begins an international telephone number, which is looked for apart.
  if (/[\p{L}_+]/u.test(before)) return false;
  return !(/[.,\-/]/.test(before) && /[\p{L}\d]/u.test(text[start - 2] ?? ''));
}

function endsWhole(text: string, end: number): boolean {
  const after = text[end] ?? '';
  if (/[\p{L}_]/u.test(after)) return false;
  return !(/[.,\-/]/.test(after) && /\d/.test(text[end + 1] ?? ''));
}
