import type { MicrocloudEvent } from '@terroir/labs/contract/event.ts';
import type { LabProgress } from '@terroir/labs/contract/lab.ts';
import type { DeploymentView, MicrocloudView, UnitView } from '@terroir/labs/contract/microcloud.ts';
import type { TrainingView } from '@terroir/labs/contract/training.ts';
import { useEffect, useState } from 'preact/hooks';

export type Link = 'connecting' | 'live' | 'lost';

/** All the workbench shows. Replaced as a whole at each change, so that a pane may compare by identity. */
export interface WorkbenchState {
  /** undefined: not known yet; null: there is none. */
  readonly microcloud: MicrocloudView | null | undefined;
  readonly link: Link;
  readonly ledgerSize: number;
  readonly policySha256: string | undefined;
  readonly progress: LabProgress | undefined;
  /** undefined: not known yet. */
  readonly trainings: readonly TrainingView[] | undefined;
}

export const initialState: WorkbenchState = {
  microcloud: undefined,
  link: 'connecting',
  ledgerSize: 0,
  policySha256: undefined,
  progress: undefined,
  trainings: undefined,
};

/** The state after `event`. An event about another micro-cloud's unit cannot occur: a stream belongs to one. */
export function reduce(state: WorkbenchState, event: MicrocloudEvent): WorkbenchState {
  const { microcloud } = state;
  switch (event.type) {
    case 'snapshot':
      return { ...state, link: 'live', microcloud: event.microcloud };
    case 'microcloud':
      return { ...state, microcloud: event.microcloud };
    case 'unit':
      return microcloud
        ? { ...state, microcloud: { ...microcloud, units: upsert<UnitView>(microcloud.units, event.unit) } }
        : state;
    case 'deployment':
      return microcloud
        ? {
            ...state,
            microcloud: {
              ...microcloud,
              deployments: upsert<DeploymentView>(microcloud.deployments, event.deployment),
            },
          }
        : state;
    case 'ledger':
      return { ...state, ledgerSize: event.size };
    case 'policy':
      return { ...state, policySha256: event.sha256 };
    case 'lab':
      return { ...state, progress: event.progress };
    case 'training':
      return { ...state, trainings: upsert<TrainingView>(state.trainings ?? [], event.training) };
    case 'training-gone':
      return { ...state, trainings: state.trainings?.filter(({ id }) => id !== event.id) };
    case 'gone':
      return { ...initialState, microcloud: null, link: 'live' };
  }
}

function upsert<T extends { readonly id: string }>(all: readonly T[], one: T): T[] {
  return all.some((item) => item.id === one.id) ? all.map((item) => (item.id === one.id ? one : item)) : [...all, one];
}

export interface Store {
  get(): WorkbenchState;
  set(change: Partial<WorkbenchState>): void;
  apply(event: MicrocloudEvent): void;
  subscribe(listener: (state: WorkbenchState) => void): () => void;
}

export function createStore(): Store {
  let state = initialState;
  const listeners = new Set<(state: WorkbenchState) => void>();
  const replace = (next: WorkbenchState) => {
    state = next;
    for (const listener of listeners) listener(state);
  };
  return {
    get: () => state,
    set: (change) => replace({ ...state, ...change }),
    apply: (event) => replace(reduce(state, event)),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export function useStore(store: Store): WorkbenchState {
  const [state, setState] = useState(store.get());
  useEffect(() => {
    setState(store.get());
    return store.subscribe(setState);
  }, [store]);
  return state;
}
