import type { MicrocloudView, UnitView } from '@terroir/labs/contract/microcloud.ts';
import { useState } from 'preact/hooks';
import { unitLogs } from '../api.ts';
import { ProblemNote } from '../ProblemNote.tsx';
import { useAction } from '../use-action.ts';
import { formatBytes, useWords } from '../words.ts';
import { UnitsMap } from './UnitsMap.tsx';

/** What runs, as a map to look at and a table to read. */
export function UnitsPane({ microcloud, ledgerSize }: { microcloud: MicrocloudView | null; ledgerSize: number }) {
  const { say, locale } = useWords();
  const [shown, setShown] = useState<{ unit: string; lines: readonly string[] }>();
  const logs = useAction(async (unit: string) => {
    if (microcloud) setShown({ unit, lines: (await unitLogs(microcloud.id, unit)).lines });
  });
  if (!microcloud) return <p class="empty">{say.units.empty}</p>;
  return (
    <>
      <h2>{say.units.title}</h2>
      <UnitsMap units={microcloud.units} ledgerSize={ledgerSize} />
      <div class="scroll">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{say.units.unit}</th>
              <th scope="col">{say.units.stateHeader}</th>
              <th scope="col">{say.units.program}</th>
              <th scope="col">{say.units.memory}</th>
              <th scope="col">{say.units.restarts}</th>
              <th scope="col">
                <span class="visually-hidden">{say.units.logs}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {microcloud.units.map((unit) => (
              <UnitRow key={unit.id} unit={unit} locale={locale} onLogs={() => logs.run(unit.id)} />
            ))}
          </tbody>
        </table>
      </div>
      <ProblemNote error={logs.error} />
      {shown && (
        <section class="logs" aria-label={say.units.logs}>
          <button type="button" class="button quiet small" onClick={() => setShown(undefined)}>
            {say.units.closeLogs}
          </button>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1) */}
          <pre tabIndex={0}>{shown.lines.length > 0 ? shown.lines.join('\n') : say.units.emptyLog}</pre>
        </section>
      )}
    </>
  );
}

function UnitRow({ unit, locale, onLogs }: { unit: UnitView; locale: string; onLogs: () => void }) {
  const { say } = useWords();
  return (
    <tr>
      <th scope="row">
        {say.units[unit.kind]}
        {unit.model && <span class="soft"> {unit.model}</span>}
      </th>
      <td>
        <span class={`state state--${unit.state}`}>{say.units.state[unit.state]}</span>
        {unit.reason && <p class="soft">{unit.reason}</p>}
      </td>
      <td>{unit.program}</td>
      <td class="number">{unit.memoryBytes === undefined ? '' : formatBytes(unit.memoryBytes, locale)}</td>
      <td class="number">{unit.restarts}</td>
      <td>
        <button type="button" class="button quiet small" onClick={onLogs}>
          {say.units.logs}
          <span class="visually-hidden"> {unit.model ?? say.units[unit.kind]}</span>
        </button>
      </td>
    </tr>
  );
}
