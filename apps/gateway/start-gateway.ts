import { type AnyConfig, patternByName, resolveConfig } from '../../src/entries/config.ts';
import { extractive, type LanguageModel, model, notConfigured } from '../../src/index.ts';
import { type RunningServer, type ServerOptions, startServer } from './server.ts';

/** A gateway of a test, with what it has logged. */
export interface TestGateway extends RunningServer, AsyncDisposable {
  readonly lines: readonly string[];
  /** Sends JSON, or nothing, to a path. */
  send(path: string, body?: unknown, init?: RequestInit): Promise<Response>;
}

/** Whatever JSON holds. */
export type Json = ReturnType<typeof JSON.parse>;

/** Reads the JSON of a response. */
export async function jsonOf(response: Response | Promise<Response>): Promise<Json> {
  return JSON.parse(await (await response).text());
}

/** Starts a gateway on a free port over models and a configuration; it keeps nothing on disk. */
export async function startGateway(
  models: Readonly<Record<string, LanguageModel>>,
  config: AnyConfig = {},
  more: Partial<ServerOptions> = {},
): Promise<TestGateway> {
  const lines: string[] = [];
  const server = await startServer({
    load: async () => workspaceOf(models, config),
    port: 0,
    log: { write: line => void lines.push(line) },
    ...more,
  });
  return {
    ...server,
    lines,
    send: (path, body, init = {}) =>
      fetch(`${server.url}${path}`, {
        ...(body !== undefined && {
          method: 'POST',
          body: typeof body === 'string' ? body : JSON.stringify(body),
        }),
        ...init,
        headers: {
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...init.headers,
        },
      }),
    [Symbol.asyncDispose]: () => server.close(0),
  };
}

/** Resolves models and a configuration as the command line does. */
export function workspaceOf(models: Readonly<Record<string, LanguageModel>>, config: AnyConfig) {
  const whole = {
    ...config,
    models: { ...models, ...config.models },
    gateway: { state: ':memory:', ...config.gateway },
  };
  const resolved = resolveConfig(whole, {
    model,
    patternByName,
    fallback: { local: () => extractive(), cloud: () => notConfigured() },
  });
  return { config: whole, resolved, roles: { local: models.local, cloud: models.cloud } };
}
