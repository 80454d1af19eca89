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
const LONGEST_RUN = 512;
const WIDEST_GAP = 3;
const GAP = /^[ .\-/+()]{1,3}$/;

interface Group {
  readonly start: number;
  readonly end: number;
}

/**
 * Calls `visit` with every run of whole groups that could be one number; where it answers true, the run is taken and its
 * groups are not offered again. A run that is part of something longer (a word, a decimal, a version, a UUID) is passed over.
 */
export function eachNumber(text: string, budget: Budget, visit: (candidate: NumberCandidate) => boolean): void {
  let groups: Group[] = [];
  const GROUP = /\d+/g;
  let previousEnd = -1;
  for (let match = GROUP.exec(text); match !== null; match = GROUP.exec(text)) {
    const group = { start: match.index, end: match.index + match[0].length };
    if (groups.length > 0 && !isGap(text, previousEnd, group.start)) {
      eachInRun(text, groups, groups.length, budget, visit);
      groups = [];
    }
    groups.push(group);
    previousEnd = group.end;
    // No number spans more groups than these, and a text of nothing but numbers must not be kept twice.
    if (groups.length >= LONGEST_RUN) {
      eachInRun(text, groups, LONGEST_RUN - MOST_GROUPS, budget, visit);
      groups = groups.slice(LONGEST_RUN - MOST_GROUPS);
    }
    if (budget.exhausted) return;
  }
  eachInRun(text, groups, groups.length, budget, visit);
}

/** Offers the runs that begin with one of the first `starts` groups. */
function eachInRun(
  text: string,
  groups: readonly Group[],
  starts: number,
  budget: Budget,
  visit: (candidate: NumberCandidate) => boolean,
): void {
  for (let first = 0; first < starts; first++) {
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
      if (!budget.take()) return;
      if (visit({ digits, shape, written: text.slice(from.start, group.end), start: from.start })) {
        first = last;
        break;
      }
    }
  }
}

function isGap(text: string, from: number, to: number): boolean {
  return to - from <= WIDEST_GAP && GAP.test(text.slice(from, to));
}

function beginsWhole(text: string, start: number): boolean {
  const before = text.charCodeAt(start - 1);
  // A plus sign begins an international telephone number, which is looked for apart.
  if (isWord(before) || before === PLUS) return false;
  const further = text.charCodeAt(start - 2);
  return !(isJoint(before) && (isWord(further) || isDigit(further)));
}

function endsWhole(text: string, end: number): boolean {
  const after = text.charCodeAt(end);
  return !isWord(after) && !(isJoint(after) && isDigit(text.charCodeAt(end + 1)));
}

const PLUS = 0x2b;
/** Comma, dash, dot, slash. */
const isJoint = (code: number) => code >= 0x2c && code <= 0x2f;
const isDigit = (code: number) => code >= 0x30 && code <= 0x39;
/** Letters, marks above ASCII among them, and the underscore. Not a number (outside the text): no. */
const isWord = (code: number) =>
  (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f || code >= 0xc0;
