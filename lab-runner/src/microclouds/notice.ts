import type { LabProgress } from '@terroir/labs/contract/lab.ts';
import type { Unit } from '../engines/engine.ts';
import type { TrainingNotice } from '../foundry/host.ts';
import type { Deployment } from './microcloud.ts';

/** Something that happened to a micro-cloud, as it goes around inside the runner. */
export type Notice =
  | { readonly type: 'microcloud' }
  | { readonly type: 'unit'; readonly unit: Unit }
  | { readonly type: 'deployment'; readonly deployment: Deployment }
  | { readonly type: 'ledger'; readonly size: number }
  | { readonly type: 'policy'; readonly sha256: string }
  | { readonly type: 'lab'; readonly progress: LabProgress }
  | TrainingNotice
  | { readonly type: 'gone' };

export type NoticeListener = (microcloud: string, notice: Notice) => void;

/** Carries notices to whoever watches. Listeners are called in turn and must not throw. */
export class Notices {
  readonly #listeners = new Set<NoticeListener>();

  watch(listener: NoticeListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  tell(microcloud: string, notice: Notice): void {
    for (const listener of [...this.#listeners]) listener(microcloud, notice);
  }
}
