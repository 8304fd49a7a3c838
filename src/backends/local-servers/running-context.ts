import type { Inspect, Look } from '../server-facts.ts';

/** Where a model runs. */
interface ModelPlace {
  /** Asks the server what it has. */
  readonly inspect: Inspect;
  readonly endpoint: string;
  readonly model: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly fetch: typeof globalThis.fetch;
}

const patienceMs = 2000;

/** Asks a server with which context a model runs now; `undefined` where it does not say. */
export async function runningContextAt({
  inspect,
  endpoint,
  model,
  headers,
  fetch,
}: ModelPlace): Promise<number | undefined> {
  const { origin } = new URL(endpoint);
  const look: Look = async (path, body) => {
    const response = await fetch(`${origin}${path}`, {
      signal: AbortSignal.timeout(patienceMs),
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
    return response.ok ? ((await response.json()) as unknown) : undefined;
  };
  try {
    const models = (await inspect(look))?.models ?? [];
    const found =
      models.find(({ name }) => name === model) ?? (models.length === 1 ? models[0] : undefined);
    return found?.contextTokens;
  } catch {
    return undefined;
  }
}
