import type { TrainingView } from '@terroir/labs/contract/training.ts';
import type { LabSubject } from '../labs/subject.ts';
import { gatewayOf, liveOf, type Room } from './room.ts';

/**
 * Lets labs read the state of micro-clouds.
 * @param trainings those of a micro-cloud; none by default
 */
export function labSubject(room: Room, trainings: LabSubject['trainings'] = async () => []): LabSubject {
  const gateway = (id: string) => gatewayOf(liveOf(room, id));
  return {
    standing(id) {
      const live = liveOf(room, id);
      return { state: live.microcloud.state, deployments: [...live.deployments.values()] };
    },
    trainings,
    tally: async (id) => room.gateways.tally(gateway(id)),
    decide: async (id, { maxTokens, personalData }) =>
      (await room.gateways.decide(gateway(id), { maxTokens, personalData: [...personalData] })).outcome,
    verifyProof: async (id, proof) => room.gateways.verifyProof(gateway(id), proof),
    watch: ({ changed, gone }) => {
      const seen = new Map<string, string>();
      return room.notices.watch((id, notice) => {
        if (notice.type === 'gone') gone(id);
        else if (notice.type === 'training-gone') seen.delete(notice.id);
        else if (notice.type === 'training') {
          // It is told twice a second while it runs, and checks have another verdict only now and then.
          const now = factsOf(notice.training);
          if (seen.get(notice.training.id) !== now) changed(id);
          seen.set(notice.training.id, now);
        } else if (notice.type !== 'lab' && notice.type !== 'unit') changed(id);
      });
    },
    tell: (id, progress) => room.notices.tell(id, { type: 'lab', progress }),
  };
}

/** What checks read of a training, as text to compare. */
function factsOf({ stages, samples, resumedAt, scores, published }: TrainingView): string {
  const last = samples.at(-1);
  return JSON.stringify([stages.map(({ state }) => state), samples.length, last?.step, resumedAt, scores, published]);
}
