import type { ModelAtServer } from './place-told.ts';

/** A gateway that stands in front of clouds, and how it is known. */
interface CloudGateway {
  readonly name: string;
  /** The beginning of a header's name that it alone sends. */
  readonly header: RegExp;
  /** What it says at a path of its own. */
  readonly says: RegExp;
}

const gateways: readonly CloudGateway[] = [
  { name: 'LiteLLM', header: /^x-litellm-/, says: /litellm|^"?I'm alive!"?$/i },
  { name: 'Portkey', header: /^x-portkey-/, says: /AI Gateway says hey|portkey/i },
  { name: 'Bifrost', header: /^x-(bf|bifrost)-/, says: /bifrost/i },
  { name: 'Tandem', header: /^x-tandem-/, says: /"title":\s*"tandem/i },
];

// Pages of their own, which need no key and are sent no content.
const paths = ['/', '/health/liveliness'];
const patienceMs = 2000;
const mostCharacters = 20_000;

/** Names the gateway that sends such headers. */
export function gatewayIn(headers: Headers): string | undefined {
  const names = [...headers.keys()];
  return gateways.find(({ header }) => names.some(name => header.test(name)))?.name;
}

/**
 * Names the known gateway that listens at an address, by its headers or by what it says at paths of
 * its own; `undefined` where none is known by them.
 */
export async function gatewayAt({ endpoint, headers, fetch }: ModelAtServer) {
  const base = endpoint.replace(/\/(v1|api)?\/?$/, '');
  const look = async (path: string): Promise<string | undefined> => {
    try {
      const signal = AbortSignal.timeout(patienceMs);
      const response = await fetch(`${base}${path}`, { signal, ...(headers && { headers }) });
      const text = (await response.text()).slice(0, mostCharacters);
      const byHeader = gatewayIn(response.headers);
      if (byHeader !== undefined || !response.ok) return byHeader;
      return gateways.find(({ says }) => says.test(text.trim()))?.name;
    } catch {
      return undefined;
    }
  };
  const found = await Promise.all(paths.map(look));
  return found.find(name => name !== undefined);
}
