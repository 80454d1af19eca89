/** FNV-1a, 32 bits: enough to spread ids, and the same in every build. */
function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const letter of text) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash;
}

/**
 * The same items in another order, always the same one for a given `seed`, and never the order given: a build has
 * to be repeatable, and an ordering question must not open solved. Lists below two items come back as they are.
 */
export function shuffled<T>(items: readonly T[], seed: string): T[] {
  const rest = [...items];
  let state = seedOf(seed);
  const mixed: T[] = [];
  while (rest.length > 0) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    mixed.push(...rest.splice(Math.floor((state / 2 ** 32) * rest.length), 1));
  }
  const unchanged = mixed.every((item, index) => item === items[index]);
  return unchanged ? [...mixed.slice(1), ...mixed.slice(0, 1)] : mixed;
}
