import { guardedFetch } from '../../model/guarded-fetch.ts';
import { placeOfHost } from '../../model/leaf/model/host-place.ts';
import type { Place } from '../../trace/span.ts';
import { gatewayAt } from '../local-servers/cloud-gateways.ts';
import type { FoundServer } from './discover.ts';

/** Where a server is believed to be, and why. */
export interface Believed {
  readonly place: Place;
  readonly why: string;
}

const whyOf: Readonly<Record<Place, (host: string) => string>> = {
  device: host => `${host} is this machine`,
  network: host => `${host} is in the network; \`privacy.networkHosts\` allows it`,
  cloud: host => `${host} is a public address`,
};

/** Judges a server by its address, and by what it says of itself where it runs. */
export async function believedOf({ endpoint, state }: FoundServer): Promise<Believed> {
  const place = placeOfHost(endpoint);
  const { host, hostname } = new URL(endpoint);
  const fetch = guardedFetch(globalThis.fetch, { endpoint });
  const gateway =
    state === 'running' && place === 'device'
      ? await gatewayAt({ endpoint, model: '', fetch })
      : undefined;
  if (gateway !== undefined)
    return { place: 'cloud', why: `${gateway} at ${host} hands on to clouds` };
  return { place, why: whyOf[place](hostname) };
}
