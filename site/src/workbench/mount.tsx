import { render } from 'preact';
import { useState } from 'preact/hooks';
import { enliven } from './steps.ts';
import { createStore, type Store } from './store.ts';
import type { Pane } from './Tabs.tsx';
import { Workbench } from './Workbench.tsx';
import { type Words, WordsProvider, wordsOf } from './words.ts';

/** Ties the page's steps and the panes together: both read one store, and a step may bring a pane forward. */
function Panes({ lab, store, words, steps }: { lab: string; store: Store; words: Words; steps: HTMLElement }) {
  const [pane, setPane] = useState<Pane>(() => {
    queueMicrotask(() => enliven(steps, lab, store, words, setPane));
    return 'units';
  });
  return (
    <WordsProvider value={words}>
      <Workbench lab={lab} store={store} pane={pane} onPane={setPane} />
    </WordsProvider>
  );
}

const root = document.getElementById('workbench');
const steps = document.getElementById('steps');
if (root && steps) {
  root.replaceChildren();
  const words = wordsOf(document.documentElement.lang);
  render(<Panes lab={root.dataset.lab ?? ''} store={createStore()} words={words} steps={steps} />, root);
}
