import type { TrainingHost } from '../foundry/host.ts';
import { folderOf } from './gateway-file.ts';
import { liveOf, type Room } from './room.ts';

/** Lets trainings live in micro-clouds. */
export function trainingHost(room: Room): TrainingHost {
  return {
    stateOf: (id) => liveOf(room, id).microcloud.state,
    folderOf: (id) => folderOf(room.data, id),
    tell: (id, notice) => room.notices.tell(id, notice),
    unitGone: (id) => room.notices.tell(id, { type: 'microcloud' }),
    watch: ({ stopping, gone }) =>
      room.notices.watch((id, { type }) => {
        if (type === 'gone') gone(id);
        else if (type === 'microcloud' && room.live.get(id)?.microcloud.state === 'stopping') stopping(id);
      }),
  };
}
