import type { LedgerPage } from '@terroir/labs/contract/ledger-entry.ts';
import { useEffect, useRef, useState } from 'preact/hooks';
import { ledgerPage } from '../api.ts';
import { ProblemNote } from '../ProblemNote.tsx';
import { useAction } from '../use-action.ts';
import { formatTime, useWords } from '../words.ts';
import { LedgerIdentity } from './LedgerIdentity.tsx';
import { ProofCheck } from './ProofCheck.tsx';

const PAGE = 25;

type Row = LedgerPage['entries'][number];

/** The entries, newest first. `size` grows as others are written; `selected` is brought forward by another pane. */
export function LedgerPane({
  microcloud,
  size,
  selected,
  onSelect,
}: {
  microcloud: string;
  size: number;
  selected: number | undefined;
  onSelect: (index: number | undefined) => void;
}) {
  const { say } = useWords();
  const [rows, setRows] = useState<readonly Row[]>();
  const list = useRef<HTMLUListElement>(null);
  const add = (entries: readonly Row[]) =>
    setRows((known = []) => {
      const byIndex = new Map([...known, ...entries].map((row) => [row.index, row]));
      return [...byIndex.values()].sort((a, b) => b.index - a.index);
    });
  const newest = useAction(async () => add((await ledgerPage(microcloud, PAGE)).entries));
  const oldest = rows?.at(-1)?.index ?? 0;
  const older = useAction(async () => {
    const from = Math.max(0, oldest - PAGE);
    add((await ledgerPage(microcloud, oldest - from, from)).entries);
  });
  // What is new is told by the size
  useEffect(() => void newest.run(), [microcloud, size]);
  useEffect(() => {
    if (selected !== undefined)
      list.current?.querySelector(`[data-index="${selected}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [selected]);
  return (
    <>
      <h2>{say.ledger.title}</h2>
      <p class="soft">{say.ledger.explain}</p>
      <LedgerIdentity microcloud={microcloud} />
      <ProblemNote error={newest.error} onRetry={newest.run} />
      {rows?.length === 0 && <p class="empty">{say.ledger.empty}</p>}
      <ul class="entries" ref={list}>
        {rows?.map((row) => (
          <EntryRow
            key={row.index}
            row={row}
            open={row.index === selected}
            microcloud={microcloud}
            onSelect={onSelect}
          />
        ))}
      </ul>
      {oldest > 0 && (
        <button type="button" class="button quiet" disabled={older.busy} onClick={() => older.run()}>
          {say.ledger.older}
        </button>
      )}
    </>
  );
}

function EntryRow({
  row: { index, entry },
  open,
  microcloud,
  onSelect,
}: {
  row: Row;
  open: boolean;
  microcloud: string;
  onSelect: (index: number | undefined) => void;
}) {
  const { say, locale } = useWords();
  return (
    <li class={`entry entry--${entry.kind}`} data-index={index}>
      <button type="button" class="entry__head" aria-expanded={open} onClick={() => onSelect(open ? undefined : index)}>
        <span class="number">
          <span class="visually-hidden">{say.ledger.index} </span>
          {index}
        </span>
        <time dateTime={entry.at}>{formatTime(entry.at, locale)}</time>
        <span>
          {say.ledger.kind[entry.kind]}
          {entry.kind !== 'policy' && <span class="soft"> {entry.model}</span>}
        </span>
        {entry.kind === 'decision' && (
          <span class={`state state--${entry.outcome}`}>{say.ledger.outcome[entry.outcome]}</span>
        )}
        {entry.kind === 'decision' && entry.outcome === 'deny' && <code>{entry.policies.join(', ')}</code>}
      </button>
      {open && (
        <div class="entry__body">
          <ProofCheck microcloud={microcloud} index={index} />
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1) */}
          <pre tabIndex={0}>{JSON.stringify(entry, null, 2)}</pre>
        </div>
      )}
    </li>
  );
}
