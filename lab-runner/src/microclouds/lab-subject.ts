import type { LabSubject } from '../labs/subject.ts';
import { gatewayOf, liveOf, type Room } from './room.ts';

/** Lets labs read the state of micro-clouds. */
export function labSubject(room: Room): LabSubject {
  const gateway = (id: string) => gatewayOf(liveOf(room, id));
  return {
    standing(id) {
      const live = liveOf(room, id);
      return { state: live.microcloud.state, deployments: [...live.deployments.values()] };
    },
    tally: async (id) => room.gateways.tally(gateway(id)),
    decide: async (id, { maxTokens, personalData }) =>
      (await room.gateways.decide(gateway(id), { maxTokens, personalData: [...personalData] })).outcome,
    verifyProof: async (id, proof) => room.gateways.verifyProof(gateway(id), proof),
    watch: ({ changed, gone }) =>
      room.notices.watch((id, { type }) => {
        if (type === 'gone') gone(id);
        else if (type !== 'lab' && type !== 'unit') changed(id);
      }),
    tell: (id, progress) => room.notices.tell(id, { type: 'lab', progress }),
  };
}
