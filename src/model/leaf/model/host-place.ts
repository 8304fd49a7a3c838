import type { Place } from '../../../trace/span.ts';

type Test = readonly [base: number, bits: number];

const thisMachine: readonly Test[] = [[v4(127, 0, 0, 0), 8]];
// RFC 1918, RFC 3927 (link-local) and RFC 6598 (shared, such as Tailscale's).
const ownNetwork: readonly Test[] = [
  [v4(10, 0, 0, 0), 8],
  [v4(172, 16, 0, 0), 12],
  [v4(192, 168, 0, 0), 16],
  [v4(169, 254, 0, 0), 16],
  [v4(100, 64, 0, 0), 10],
];
// RFC 6762, RFC 6761, RFC 8375, and the names that networks and containers use.
const networkName = /\.(local|localhost|lan|home|internal|intranet|home\.arpa)$/;

/**
 * Judges an address by its URL alone, without a packet. A name is on this machine only if no
 * resolver can make it another one: `localhost`. Names without a dot are of the own network, such
 * as those of containers.
 * @example
 * ```ts
 * console.log(placeOfHost('http://192.168.1.5:11434')); // network
 * ```
 */
export function placeOfHost(url: string): Place {
  const host = new URL(url).hostname.toLowerCase().replace(/\.$/, '');
  if (host.startsWith('[')) return placeOfV6(host.slice(1, -1));
  const parts = host.split('.');
  if (parts.length === 4 && parts.every(part => /^\d+$/.test(part)))
    return placeOfV4(numberOf(parts));
  if (host === 'localhost') return 'device';
  return !host.includes('.') || networkName.test(host) ? 'network' : 'cloud';
}

/** Tells whether an address is a public one. */
export function isPublicHost(url: string): boolean {
  return URL.canParse(url) && placeOfHost(url) === 'cloud';
}

function numberOf(parts: readonly string[]): number {
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}

function v4(...parts: number[]): number {
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

function placeOfV4(address: number): Place {
  const isIn = ([base, bits]: Test) => {
    const size = 2 ** (32 - bits);
    return Math.floor(address / size) === Math.floor(base / size);
  };
  // The address of no machine leads to this one.
  if (address === 0 || thisMachine.some(isIn)) return 'device';
  return ownNetwork.some(isIn) ? 'network' : 'cloud';
}

// As a URL writes it: in hexadecimal, the longest run of zeros as `::`.
function placeOfV6(address: string): Place {
  if (address === '::1' || address === '::') return 'device';
  const mapped = /^::ffff:([\da-f]+):([\da-f]+)$/.exec(address);
  if (mapped)
    return placeOfV4(Number.parseInt(mapped[1]!, 16) * 65_536 + Number.parseInt(mapped[2]!, 16));
  // RFC 4193 and RFC 4291: unique local and link-local addresses.
  return /^f[cd]|^fe[89ab]/.test(address) ? 'network' : 'cloud';
}
