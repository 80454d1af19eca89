import type { MicrocloudEvent } from '@terroir/labs/contract/event.ts';
import { listTrainings } from './api.ts';
import type { Store } from './store.ts';

const EVENT_TYPES = [
  'snapshot',
  'microcloud',
  'unit',
  'deployment',
  'ledger',
  'policy',
  'lab',
  'training',
  'training-gone',
  'gone',
] as const;
const RETRY_MS = 2000;

/**
 * Keeps the store in step with one micro-cloud until the returned function is called. The browser reconnects by itself after a
 * cut; when the runner answered an error it does not, so we try again, and the snapshot that comes first makes up for what was missed.
 */
export function connect(microcloud: string, store: Store): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const open = () => {
    source = new EventSource(`/api/microclouds/${encodeURIComponent(microcloud)}/events`);
    for (const type of EVENT_TYPES) {
      source.addEventListener(type, (message) => store.apply({ type, ...JSON.parse(message.data) } as MicrocloudEvent));
    }
    // Trainings are too large for the snapshot, and are asked for beside it.
    source.addEventListener('snapshot', () => {
      const asked = source;
      listTrainings(microcloud).then(
        (trainings) => asked === source && store.set({ trainings }),
        () => undefined,
      );
    });
    source.onerror = () => {
      store.set({ link: 'lost' });
      if (source?.readyState === EventSource.CLOSED) timer = setTimeout(open, RETRY_MS);
    };
  };
  open();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}
