import type { UnitView } from '@terroir/labs/contract/microcloud.ts';
import { fill, useWords } from '../words.ts';
import { BOX, type Point, tallLayout, wideLayout, YOU_RADIUS } from './map-layout.ts';
import { useNarrow } from './use-narrow.ts';

/**
 * The micro-cloud as a map, alive with the states of its units. It repeats in a picture what the table below says in words, so a
 * screen reader gets one sentence for it.
 */
export function UnitsMap({ units, ledgerSize }: { units: readonly UnitView[]; ledgerSize: number }) {
  const { say } = useWords();
  const narrow = useNarrow();
  const gateway = units.find((unit) => unit.kind === 'gateway');
  const inference = units.filter((unit) => unit.kind === 'inference');
  const map = (narrow ? tallLayout : wideLayout)(Math.max(1, inference.length));
  return (
    <svg class="map" viewBox={`0 0 ${map.width} ${map.height}`} role="img" aria-label={say.units.mapLabel}>
      <rect class="map__wall" rx={14} {...map.wall} />
      <path class="map__path" d={map.paths.ask} />
      <path class="map__path map__path--thin" d={map.paths.policy} />
      <path class="map__path map__path--thin" d={map.paths.ledger} />
      {map.paths.pass.map((path, index) => (
        <path
          key={path}
          class={inference[index]?.state === 'healthy' ? 'map__path' : 'map__path map__path--waiting'}
          d={path}
        />
      ))}
      <circle class="map__you" cx={map.you.x} cy={map.you.y} r={YOU_RADIUS} />
      <Label at={map.you} lines={[say.units.you]} />
      <Box at={map.gateway} state={gateway?.state ?? 'stopped'} />
      <Label at={map.gateway} lines={[say.units.gateway, gateway ? say.units.state[gateway.state] : '']} />
      <Label at={map.policy} lines={[say.units.policy]} />
      <Label at={map.ledger} lines={[say.units.ledger, fill(say.units.entries, { count: ledgerSize })]} />
      {map.inference.map((at, index) => {
        const unit = inference[index];
        return (
          <g key={unit?.id ?? 'none'}>
            <Box at={at} state={unit?.state ?? 'none'} />
            <Label
              at={at}
              lines={unit ? [unit.model ?? say.units.inference, say.units.state[unit.state]] : [say.units.noInference]}
            />
          </g>
        );
      })}
    </svg>
  );
}

function Box({ at, state }: { at: Point; state: UnitView['state'] | 'none' }) {
  return (
    <rect
      class={`map__box map__box--${state}`}
      rx={8}
      x={at.x - BOX.width / 2}
      y={at.y - BOX.height / 2}
      width={BOX.width}
      height={BOX.height}
    />
  );
}

function Label({ at, lines }: { at: Point; lines: readonly string[] }) {
  const shown = lines.filter((line) => line !== '');
  return (
    <text class="map__label" x={at.x} y={at.y - (shown.length - 1) * 9} text-anchor="middle" dominant-baseline="middle">
      {shown.map((line, index) => (
        <tspan key={line} x={at.x} dy={index === 0 ? 0 : 18} class={index === 0 ? undefined : 'map__state'}>
          {line}
        </tspan>
      ))}
    </text>
  );
}
