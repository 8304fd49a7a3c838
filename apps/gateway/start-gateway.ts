import { pool } from '../../src/entries/backends.ts';
import { type AnyConfig, patternByName, resolveConfig } from '../../src/entries/config.ts';
import { extractive, type LanguageModel, model, notConfigured } from '../../src/index.ts';
import { routes } from './routes.ts';
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
    send: async (path, body, init = {}) => {
      const response = await fetch(`${server.url}${path}`, {
        ...(body !== undefined && {
          method: 'POST',
          body: typeof body === 'string' ? body : JSON.stringify(body),
        }),
        ...init,
        headers: {
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...init.headers,
        },
      });
      const method = init.method ?? (body === undefined ? 'GET' : 'POST');
      if (response.ok && method !== 'HEAD') await requireAnswer(method, path, response);
      return response;
    },
    [Symbol.asyncDispose]: () => server.close(0),
  };
}

// Whatever a test asks, the answer is what the OpenAPI document says of its route.
async function requireAnswer(method: string, path: string, response: Response): Promise<void> {
  if (!response.headers.get('content-type')?.startsWith('application/json')) return;
  const [plain = ''] = path.split('?');
  const route = routes.find(
    each => each.method === method.toLowerCase() && patternOf(each.path).test(plain),
  );
  route?.replies.parse(await response.clone().json());
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+').replaceAll('.', '\\.')}$`);
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
    pool,
    fallback: { local: () => extractive(), cloud: () => notConfigured() },
  });
  return { config: whole, resolved, roles: { local: models.local, cloud: models.cloud } };
}
