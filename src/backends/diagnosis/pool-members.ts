import { backendOf } from '../backends.ts';
import type { FoundServer } from './discover.ts';

/** A pool as a configuration names it. */
export interface LookedForPool {
  readonly name: string;
  readonly members: readonly {
    readonly name: string;
    readonly spec: string;
    readonly settings: Readonly<Record<string, unknown>>;
  }[];
}

/** A pool of the configuration, and how each of its servers was found. */
export interface PoolReport {
  readonly name: string;
  readonly members: readonly {
    readonly name: string;
    /** `ready` runs and lists the model; nothing was asked of one that is `unknown`. */
    readonly state: 'ready' | 'lists other models' | 'silent' | 'absent' | 'unknown';
  }[];
}

/** Tells how the members of pools stand, by what servers were found. */
export function reportOnPools(
  pools: readonly LookedForPool[] | undefined,
  servers: readonly FoundServer[],
): PoolReport[] {
  return (pools ?? []).map(({ name, members }) => ({
    name,
    members: members.map(member => ({ name: member.name, state: stateOf(member, servers) })),
  }));
}

type FoundState = PoolReport['members'][number]['state'];

function stateOf(
  { spec, settings: { endpoint } }: LookedForPool['members'][number],
  servers: readonly FoundServer[],
): FoundState {
  const colon = spec.indexOf(':');
  const scheme = spec.slice(0, colon);
  if (!backendOf(scheme)?.inspect) return 'unknown';
  const isIts = (server: FoundServer) =>
    typeof endpoint === 'string' && URL.canParse(endpoint)
      ? server.origin === new URL(endpoint).origin
      : server.source !== 'configuration';
  const server = servers.find(each => each.scheme === scheme && isIts(each));
  if (!server) return 'absent';
  if (server.state !== 'running') return server.state;
  return isListed(spec.slice(colon + 1), server) ? 'ready' : 'lists other models';
}

// A tag that is not written is `latest`.
function isListed(model: string, { models }: FoundServer): boolean {
  if (models.length === 0) return true;
  return models.some(({ name }) => name === model || name === `${model}:latest`);
}
