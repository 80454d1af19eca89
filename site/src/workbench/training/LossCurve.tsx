import type { HeldPoint, LossPoint } from '@terroir/labs/contract/foundry-event.ts';
import { fill, useWords } from '../words.ts';
import { type Scale, scaleOf } from './loss-scale.ts';

const FRAME = { left: 44, right: 590, top: 12, bottom: 232 };
const TABLE_ROWS = 12;

/** Loss over steps of the stage that ran last: a line for the text it reads, dots for held-out text per language; a table says the same. */
export function LossCurve({
  points: all,
  held: allHeld,
  resumedAt,
}: {
  points: readonly LossPoint[];
  held: readonly HeldPoint[];
  resumedAt: readonly number[];
}) {
  const { say, locale } = useWords();
  const words = say.training.curve;
  const stage = all.at(-1)?.stage;
  const points = all.filter((point) => point.stage === stage);
  const held = allHeld.filter((point) => point.stage === stage);
  const [first, last] = [points[0], points.at(-1)];
  const title = <h4>{words.title}</h4>;
  if (!first || !last) {
    return (
      <>
        {title}
        <p class="soft">{words.empty}</p>
      </>
    );
  }
  const scale = scaleOf(points, held, FRAME);
  const languages = [...new Set(held.flatMap(({ losses }) => Object.keys(losses)))];
  const names = new Intl.DisplayNames([locale], { type: 'language', fallback: 'code' });
  const round = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const heldName = (language: string) =>
    fill(words.held, { language: language === 'und' ? '?' : (names.of(language) ?? language) });
  return (
    <>
      {title}
      <p class="soft">{words.explain}</p>
      <figure class="curve">
        <svg
          viewBox="0 0 600 274"
          role="img"
          aria-label={fill(words.label, {
            first: round.format(first.loss),
            last: round.format(last.loss),
            step: whole.format(last.step),
          })}
        >
          <Axes scale={scale} label={words.steps} format={whole} />
          {resumedAt
            .filter((step) => step > 0)
            .map((step) => (
              <line
                key={step}
                class="curve__resumed"
                x1={scale.x(step)}
                x2={scale.x(step)}
                y1={FRAME.top}
                y2={FRAME.bottom}
              >
                <title>{words.resumed}</title>
              </line>
            ))}
          <polyline
            class="curve__read"
            points={points.map(({ step, loss }) => `${scale.x(step)},${scale.y(loss)}`).join(' ')}
          />
          {languages.map((language, index) => (
            <g key={language} class={`curve__held curve__held--${index % 4}`}>
              {held.map(({ step, losses }) => {
                const loss = losses[language];
                return loss === undefined ? null : <circle key={step} cx={scale.x(step)} cy={scale.y(loss)} r={4} />;
              })}
            </g>
          ))}
        </svg>
        <figcaption class="row">
          <span class="curve__key curve__key--read">{words.read}</span>
          {languages.map((language, index) => (
            <span key={language} class={`curve__key curve__held--${index % 4}`}>
              {heldName(language)}
            </span>
          ))}
          <span class="soft">{fill(words.speed, { speed: whole.format(last.tokensPerSecond) })}</span>
        </figcaption>
      </figure>
      <details>
        <summary>{words.table}</summary>
        <div class="scroll">
          <table class="table number">
            <thead>
              <tr>
                <th scope="col">{words.steps}</th>
                <th scope="col">{words.read}</th>
                {languages.map((language) => (
                  <th scope="col" key={language}>
                    {heldName(language)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rowsOf(points, held).map(({ step, loss, losses }) => (
                <tr key={step}>
                  <th scope="row">{whole.format(step)}</th>
                  <td>{loss === undefined ? '' : round.format(loss)}</td>
                  {languages.map((language) => (
                    <td key={language}>{losses[language] === undefined ? '' : round.format(losses[language])}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </>
  );
}

function Axes({ scale, label, format }: { scale: Scale; label: string; format: Intl.NumberFormat }) {
  return (
    <g class="curve__axes">
      {scale.yTicks.map((loss) => (
        <g key={loss}>
          <line x1={FRAME.left} x2={FRAME.right} y1={scale.y(loss)} y2={scale.y(loss)} />
          <text x={FRAME.left - 8} y={scale.y(loss)} text-anchor="end" dominant-baseline="middle">
            {loss}
          </text>
        </g>
      ))}
      {scale.xTicks.map((step) => (
        <text key={step} x={scale.x(step)} y={FRAME.bottom + 18} text-anchor="middle">
          {format.format(step)}
        </text>
      ))}
      <text x={FRAME.right} y={FRAME.bottom + 36} text-anchor="end">
        {label}
      </text>
    </g>
  );
}

interface Row {
  readonly step: number;
  readonly loss: number | undefined;
  readonly losses: Readonly<Record<string, number>>;
}

/** Every held-out measurement with the loss nearest to it; without any, the points themselves. At most {@link TABLE_ROWS}, evenly chosen. */
function rowsOf(points: readonly LossPoint[], held: readonly HeldPoint[]): Row[] {
  const rows: Row[] =
    held.length > 0
      ? held.map(({ step, losses }) => ({ step, losses, loss: points.findLast((point) => point.step <= step)?.loss }))
      : points.map(({ step, loss }) => ({ step, loss, losses: {} }));
  const every = Math.max(1, Math.ceil(rows.length / TABLE_ROWS));
  return rows.filter((_, index) => index % every === 0 || index === rows.length - 1);
}
