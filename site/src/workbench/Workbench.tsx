import type { MicrocloudView } from '@terroir/labs/contract/microcloud.ts';
import { useEffect, useRef, useState } from 'preact/hooks';
import { labProgress, listMicroclouds } from './api.ts';
import { connect } from './connection.ts';
import { MicrocloudBar } from './MicrocloudBar.tsx';
import { ProblemNote } from './ProblemNote.tsx';
import { ChatPane } from './panes/ChatPane.tsx';
import { DeploymentsPane } from './panes/DeploymentsPane.tsx';
import { LedgerPane } from './panes/LedgerPane.tsx';
import { PolicyPane } from './panes/PolicyPane.tsx';
import { UnitsPane } from './panes/UnitsPane.tsx';
import { initialState, type Store, useStore } from './store.ts';
import { PANES, type Pane, Tabs } from './Tabs.tsx';
import { TrainingPane } from './training/TrainingPane.tsx';
import { useAction } from './use-action.ts';
import { useWords } from './words.ts';

const CHOSEN = 'terroir.microcloud';

/**
 * The panes beside the steps. It shows one micro-cloud: the one chosen last in this browser, else the newest that runs.
 * @param pane the pane to bring forward, and the way to tell that another was
 */
export function Workbench({
  lab,
  store,
  pane,
  onPane,
}: {
  lab: string;
  store: Store;
  pane: Pane;
  onPane: (pane: Pane) => void;
}) {
  const { say } = useWords();
  const state = useStore(store);
  const [all, setAll] = useState<readonly MicrocloudView[]>([]);
  const [entry, setEntry] = useState<number>();
  const disconnect = useRef<(() => void) | undefined>(undefined);

  const choose = useAction(async (id: string | null) => {
    disconnect.current?.();
    setEntry(undefined);
    const microclouds = await listMicroclouds();
    setAll(microclouds);
    const chosen = microclouds.find((one) => one.id === id) ?? microclouds.at(-1);
    if (!chosen) {
      store.set({ ...initialState, microcloud: null, link: 'live' });
      return;
    }
    localStorage.setItem(CHOSEN, chosen.id);
    store.set({ ...initialState, microcloud: chosen });
    disconnect.current = connect(chosen.id, store);
    store.set({ progress: await labProgress(chosen.id, lab) });
  });
  // Once, at the start
  useEffect(() => {
    void choose.run(localStorage.getItem(CHOSEN));
    return () => disconnect.current?.();
  }, []);

  const { microcloud } = state;
  // Policy and ledger are the gateway's to show. Once it has answered they stay, also while it is being started again: what is being
  // written there must not go.
  const answered = useRef(new Set<string>()).current;
  if (microcloud?.state === 'ready') answered.add(microcloud.id);
  if (microcloud === undefined) {
    return choose.error ? (
      <ProblemNote error={choose.error} onRetry={() => choose.run(localStorage.getItem(CHOSEN))} />
    ) : (
      <p class="empty" role="status">
        {say.link.connecting}
      </p>
    );
  }
  const gatewayAnswered = answered.has(microcloud?.id ?? '');
  const waiting = (text: string) => <p class="empty">{text}</p>;
  const panes: Record<Pane, preact.ComponentChild> = {
    units: <UnitsPane microcloud={microcloud} ledgerSize={state.ledgerSize} />,
    deployments: <DeploymentsPane microcloud={microcloud} shown={pane === 'deployments'} />,
    chat: microcloud ? (
      <ChatPane
        key={microcloud.id}
        microcloud={microcloud}
        onEntry={(index) => {
          setEntry(index);
          onPane('ledger');
        }}
      />
    ) : (
      waiting(say.chat.noModel)
    ),
    policy:
      microcloud && gatewayAnswered ? (
        <PolicyPane key={microcloud.id} microcloud={microcloud.id} sha256={state.policySha256} />
      ) : (
        waiting(say.policy.none)
      ),
    ledger:
      microcloud && gatewayAnswered ? (
        <LedgerPane
          key={microcloud.id}
          microcloud={microcloud.id}
          size={state.ledgerSize}
          selected={entry}
          onSelect={setEntry}
        />
      ) : (
        waiting(say.ledger.none)
      ),
    training: microcloud ? (
      <TrainingPane key={microcloud.id} microcloud={microcloud} trainings={state.trainings} />
    ) : (
      waiting(say.training.none)
    ),
  };
  return (
    <>
      <MicrocloudBar
        key={microcloud?.id ?? 'none'}
        microcloud={microcloud}
        link={state.link}
        others={all}
        onChoose={(id) => choose.run(id)}
      />
      <ProblemNote error={choose.error} />
      <Tabs pane={pane} onPane={onPane} />
      {PANES.map((name) => (
        <div
          key={name}
          class="pane"
          role="tabpanel"
          id={`pane-${name}`}
          aria-labelledby={`tab-${name}`}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a panel is a tab stop (ARIA Authoring Practices, tabs)
          tabIndex={0}
          hidden={name !== pane}
        >
          {panes[name]}
        </div>
      ))}
    </>
  );
}
