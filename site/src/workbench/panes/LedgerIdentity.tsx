import { useState } from 'preact/hooks';
import { ledgerCheckpoint, ledgerKey } from '../api.ts';
import { Copyable } from '../Copyable.tsx';
import { ProblemNote } from '../ProblemNote.tsx';
import { useAction } from '../use-action.ts';
import { useWords } from '../words.ts';

/** What anyone needs who wants to verify without us: the ledger's public key, and the latest state it signed. */
export function LedgerIdentity({ microcloud }: { microcloud: string }) {
  const { say } = useWords();
  const [identity, setIdentity] = useState<{ key: string; checkpoint: string }>();
  const load = useAction(async () => {
    const [key, checkpoint] = await Promise.all([ledgerKey(microcloud), ledgerCheckpoint(microcloud)]);
    setIdentity({ key: key.trim(), checkpoint });
  });
  return (
    <details onToggle={(event) => event.currentTarget.open && void load.run()}>
      <summary>{say.ledger.identity}</summary>
      <ProblemNote error={load.error} onRetry={load.run} />
      {identity && (
        <>
          <Copyable label={say.ledger.key} value={identity.key} />
          <p class="soft">{say.ledger.checkpoint}</p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1) */}
          <pre tabIndex={0}>{identity.checkpoint}</pre>
        </>
      )}
    </details>
  );
}
