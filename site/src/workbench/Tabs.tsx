import { useWords } from './words.ts';

export const PANES = ['units', 'deployments', 'chat', 'policy', 'ledger', 'training'] as const;
export type Pane = (typeof PANES)[number];

export const isPane = (value: unknown): value is Pane => PANES.some((pane) => pane === value);

/** Tabs by the ARIA Authoring Practices: arrow keys move, Home and End jump, only the chosen one is in the tab order. */
export function Tabs({ pane, onPane }: { pane: Pane; onPane: (pane: Pane) => void }) {
  const { say } = useWords();
  const move = (event: KeyboardEvent) => {
    const now = PANES.indexOf(pane);
    const forward = document.dir === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
    const back = document.dir === 'rtl' ? 'ArrowRight' : 'ArrowLeft';
    const steps: Record<string, number> = { [forward]: now + 1, [back]: now - 1, Home: 0, End: PANES.length - 1 };
    const next = steps[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const target = PANES[(next + PANES.length) % PANES.length] ?? pane;
    onPane(target);
    document.getElementById(`tab-${target}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={say.panesLabel} onKeyDown={move}>
      {PANES.map((name) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={`tab-${name}`}
          class="tabs__tab"
          aria-selected={name === pane}
          aria-controls={`pane-${name}`}
          tabIndex={name === pane ? 0 : -1}
          onClick={() => onPane(name)}
        >
          {say.panes[name]}
        </button>
      ))}
    </div>
  );
}
