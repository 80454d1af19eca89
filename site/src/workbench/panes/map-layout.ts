/** A point of the drawing, in units of its view box. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where everything stands on the map, and the paths between. */
export interface MapLayout {
  readonly width: number;
  readonly height: number;
  readonly wall: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  readonly you: Point;
  readonly gateway: Point;
  readonly policy: Point;
  readonly ledger: Point;
  readonly inference: readonly Point[];
  /** SVG path data: from you to the gateway, from the gateway to policy and to ledger, and to each inference unit. */
  readonly paths: {
    readonly ask: string;
    readonly policy: string;
    readonly ledger: string;
    readonly pass: readonly string[];
  };
}

export const BOX = { width: 150, height: 56 };
export const YOU_RADIUS = 44;
const ROW = 84;

/** Left to right, for a window with room. @param count inference units, at least 1 */
export function wideLayout(count: number): MapLayout {
  const width = 720;
  const height = Math.max(3, count + 1) * ROW;
  const middle = height / 2;
  const you = { x: 80, y: middle };
  const gateway = { x: 310, y: middle };
  const inference = Array.from({ length: count }, (_, index) => ({
    x: 610,
    y: middle + (index - (count - 1) / 2) * ROW,
  }));
  const right = gateway.x + BOX.width / 2;
  return {
    width,
    height,
    wall: { x: 200, y: 8, width: width - 208, height: height - 16 },
    you,
    gateway,
    policy: { x: gateway.x, y: 36 },
    ledger: { x: gateway.x, y: height - 36 },
    inference,
    paths: {
      ask: `M${you.x + YOU_RADIUS} ${middle} H${gateway.x - BOX.width / 2}`,
      policy: `M${gateway.x} ${middle - BOX.height / 2} V54`,
      ledger: `M${gateway.x} ${middle + BOX.height / 2} V${height - 56}`,
      pass: inference.map(({ x, y }) => {
        const left = x - BOX.width / 2;
        return `M${right} ${middle} C${right + 75} ${middle} ${left - 75} ${y} ${left} ${y}`;
      }),
    },
  };
}

/** Top to bottom, for a phone: the same map in half the width, so that its words stay readable. */
export function tallLayout(count: number): MapLayout {
  const width = 360;
  const centre = width / 2;
  const gateway = { x: centre, y: 196 };
  const inference = Array.from({ length: count }, (_, index) => ({
    x: count === 1 ? centre : index % 2 === 0 ? 92 : 268,
    y: 320 + Math.floor(index / 2) * ROW,
  }));
  const height = (inference.at(-1)?.y ?? 320) + 56;
  const bottom = gateway.y + BOX.height / 2;
  return {
    width,
    height,
    wall: { x: 4, y: 118, width: width - 8, height: height - 126 },
    you: { x: centre, y: 52 },
    gateway,
    policy: { x: 50, y: gateway.y },
    ledger: { x: 310, y: gateway.y },
    inference,
    paths: {
      ask: `M${centre} ${52 + YOU_RADIUS} V${gateway.y - BOX.height / 2}`,
      policy: `M${centre - BOX.width / 2} ${gateway.y} H84`,
      ledger: `M${centre + BOX.width / 2} ${gateway.y} H272`,
      pass: inference.map(({ x, y }) => {
        const top = y - BOX.height / 2;
        return `M${centre} ${bottom} C${centre} ${bottom + 40} ${x} ${top - 40} ${x} ${top}`;
      }),
    },
  };
}
