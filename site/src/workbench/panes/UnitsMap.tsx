import type { UnitView } from '@terroir/labs/contract/microcloud.ts';
import { fill, useWords } from '../words.ts';

const WIDTH = 720;
const ROW = 84;
const BOX = { width: 150, height: 56 };

/**
 * The micro-cloud as a map, alive with the states of its units. It repeats in a picture what the table below says in words, so a
 * screen reader gets one sentence for it.
 */
export function UnitsMap({ units, ledgerSize }: { units: readonly UnitView[]; ledgerSize: number }) {
  const { say } = useWords();
  const gateway = units.find((unit) => unit.kind === 'gateway');
  const inference = units.filter((unit) => unit.kind === 'inference');
  const rows = Math.max(1, inference.length);
  const height = Math.max(3, rows + 1) * ROW;
  const middle = height / 2;
  const shape = (x: number, y: number) => ({
    x: x - BOX.width / 2,
    y: y - BOX.height / 2,
    width: BOX.width,
    height: BOX.height,
  });
  const at = { you: 80, gateway: 310, inference: 610 };
  const rowOf = (index: number) => middle + (index - (rows - 1) / 2) * ROW;
  return (
    <svg class="map" viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={say.units.mapLabel}>
      <rect class="map__wall" x={200} y={8} width={WIDTH - 208} height={height - 16} rx={14} />
      <path class="map__path" d={`M${at.you + 46} ${middle} H${at.gateway - BOX.width / 2}`} />
      <path class="map__path map__path--thin" d={`M${at.gateway} ${middle - BOX.height / 2} V54`} />
      <path class="map__path map__path--thin" d={`M${at.gateway} ${middle + BOX.height / 2} V${height - 54}`} />
      {Array.from({ length: rows }, (_, index) => (
        <path
          key={`path-${inference[index]?.id ?? index}`}
          class={inference[index]?.state === 'healthy' ? 'map__path' : 'map__path map__path--waiting'}
          d={`M${at.gateway + BOX.width / 2} ${middle} C${at.gateway + 150} ${middle} ${at.inference - 150} ${rowOf(index)} ${at.inference - BOX.width / 2} ${rowOf(index)}`}
        />
      ))}
      <circle class="map__you" cx={at.you} cy={middle} r={44} />
      <Label x={at.you} y={middle} lines={[say.units.you]} />
      <rect class={`map__box map__box--${gateway?.state ?? 'stopped'}`} rx={8} {...shape(at.gateway, middle)} />
      <Label x={at.gateway} y={middle} lines={[say.units.gateway, gateway ? say.units.state[gateway.state] : '']} />
      <Label x={at.gateway} y={36} lines={[say.units.policy]} />
      <Label
        x={at.gateway}
        y={height - 36}
        lines={[say.units.ledger, fill(say.units.entries, { count: ledgerSize })]}
      />
      {inference.map((unit, index) => (
        <g key={unit.id}>
          <rect class={`map__box map__box--${unit.state}`} rx={8} {...shape(at.inference, rowOf(index))} />
          <Label
            x={at.inference}
            y={rowOf(index)}
            lines={[unit.model ?? say.units.inference, say.units.state[unit.state]]}
          />
        </g>
      ))}
      {inference.length === 0 && (
        <>
          <rect class="map__box map__box--none" rx={8} {...shape(at.inference, middle)} />
          <Label x={at.inference} y={middle} lines={[say.units.noInference]} />
        </>
      )}
    </svg>
  );
}

function Label({ x, y, lines }: { x: number; y: number; lines: readonly string[] }) {
  const shown = lines.filter((line) => line !== '');
  return (
    <text class="map__label" x={x} y={y - (shown.length - 1) * 9} text-anchor="middle" dominant-baseline="middle">
      {shown.map((line, index) => (
        <tspan key={line} x={x} dy={index === 0 ? 0 : 18} class={index === 0 ? undefined : 'map__state'}>
          {line}
        </tspan>
      ))}
    </text>
  );
}
