import type { Room } from './room.ts';

/** The micro-clouds in which a model runs or is on its way, as people know them: `Biology 2 (mabc)`. */
export function deployedIn({ live }: Pick<Room, 'live'>, model: string): string[] {
  return [...live.values()]
    .filter(({ deployments }) =>
      [...deployments.values()].some((deployment) => deployment.model === model && deployment.state !== 'failed'),
    )
    .map(({ microcloud: { name, id } }) => `${name} (${id})`);
}
