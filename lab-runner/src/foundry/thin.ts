/**
 * At most `most` of the points, evenly over the axis, the first and the last of all among them. In each stretch of the axis the
 * first point stands for it: it stays while more points come, so that thinning what was thinned before stays even.
 * @param points in order of `at`
 */
export function thin<T>(points: readonly T[], most: number, at: (point: T) => number): T[] {
  const [first, last] = [points[0], points.at(-1)];
  if (points.length <= most || first === undefined || last === undefined) return [...points];
  const begin = at(first);
  const stretch = (at(last) - begin) / (most - 1) || 1;
  const stretchOf = (point: T) => Math.floor((at(point) - begin) / stretch);
  const kept: T[] = [];
  for (const point of points) {
    const before = kept.at(-1);
    if (before === undefined || stretchOf(point) !== stretchOf(before)) kept.push(point);
  }
  // The newest is what people look at.
  if (kept.at(-1) !== last) kept[kept.length < most ? kept.length : kept.length - 1] = last;
  return kept;
}
