import type { FoundModel, Inspect, Look } from '../server-facts.ts';

/** Where a model runs. */
interface ModelPlace {
  /** Asks the server what it has. */
  readonly inspect: Inspect;
  readonly endpoint: string;
  readonly model: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly fetch: typeof globalThis.fetch;
}

const patienceMs = 5000;

/**
 * Asks a server how a model runs now; `undefined` where it does not say. @throws what the network
 * throws
 */
export async function runningModel(at: ModelPlace): Promise<FoundModel | undefined> {
  const { inspect, endpoint, model, headers, fetch } = at;
  const { origin } = new URL(endpoint);
  const look: Look = async (path, body) => {
    const response = await fetch(`${origin}${path}`, {
      signal: AbortSignal.timeout(patienceMs),
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
    return response.ok ? ((await response.json()) as unknown) : undefined;
  };
  const models = (await inspect(look))?.models ?? [];
  return models.find(({ name }) => name === model) ?? (models.length === 1 ? models[0] : undefined);
}

/** Asks a server with which context a model runs now; `undefined` where it does not say. */
export async function runningContextAt(at: ModelPlace): Promise<number | undefined> {
  try {
    return (await runningModel(at))?.contextTokens;
  } catch {
    return undefined;
  }
}
