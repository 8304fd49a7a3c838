import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { registerHooks } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { startGateway } from '../../apps/gateway/start-gateway.ts';
import { doubleOf } from '../../src/testing/index.ts';
import type { Proof } from './journal.ts';

const models = ['local', 'cascade', 'router', 'auto'];
const resultSchema = z.object({
  id: z.string(),
  status: z.string(),
  errors: z.array(z.string()).optional(),
});
type Result = z.infer<typeof resultSchema>;
const suiteSchema = z.object({
  testTemplates: z.array(z.object({ id: z.string(), transport: z.string().optional() })),
  runAllTests: z.custom<(config: object, told: () => void) => Promise<unknown>>(
    value => typeof value === 'function',
  ),
});
type Suite = z.infer<typeof suiteSchema>;

/**
 * Puts the compliance suite of OpenResponses to a model alone and to patterns.
 * @param folder A clone of its repository, which is not fetched here.
 */
export async function proveOpenResponses(folder: string | undefined): Promise<Proof> {
  const file = join(resolve(folder ?? ''), 'src/lib/compliance-tests.ts');
  if (!folder || !existsSync(file)) {
    const problem = `No clone of github.com/openresponses/openresponses is at "${folder ?? ''}".`;
    return { says: [], problems: [`${problem} Use: npm run prove openresponses -- DIR`] };
  }
  const suite = await suiteIn(file);
  const says: string[] = [];
  const problems: string[] = [];
  const doubles = { local: speaking('local', 'device'), cloud: speaking('cloud', 'cloud') };
  await using gateway = await startGateway(doubles);
  for (const model of models) {
    const judged = await judge(suite, gateway.url, model);
    says.push(`${model}: ${judged.passed.length} of ${judged.all} over HTTP pass`);
    problems.push(...judged.problems);
  }
  const sockets = suite.testTemplates.filter(({ transport }) => transport === 'websocket');
  const status = await upgradeStatus(`${gateway.url}/v1/responses`);
  says.push(`${sockets.length} over WebSocket: not served, answered ${status}`);
  if (status !== 501) problems.push(`An upgrade to a WebSocket was answered ${status}, not 501.`);
  return { says, problems };
}

async function judge({ testTemplates, runAllTests }: Suite, url: string, model: string) {
  const overHttp = testTemplates.filter(({ transport }) => transport !== 'websocket');
  const config = {
    ...{ baseUrl: `${url}/v1`, apiKey: 'none', model, runtime: 'server' },
    ...{ authHeaderName: 'authorization', useBearerPrefix: true },
  };
  const results = z.array(resultSchema).parse(await runAllTests(config, () => {}));
  const judged = results.filter(({ id }) => overHttp.some(each => each.id === id));
  const failed = judged.filter(({ status }) => status !== 'passed');
  return {
    all: overHttp.length,
    passed: judged.filter(({ status }) => status === 'passed'),
    problems: failed.map(each => problemOf(model, each)),
  };
}

function problemOf(model: string, { id, status, errors = [] }: Result): string {
  return `${model}, ${id}: ${status}, ${errors.join('; ')}`;
}

// Its files leave out the ends of names, which its bundler adds, and are written for zod 3.
async function suiteIn(file: string): Promise<Suite> {
  const root = new URL('../../..', pathToFileURL(file)).href;
  const hooks = registerHooks({
    resolve(name, context, next) {
      if (!context.parentURL?.startsWith(root)) return next(name, context);
      if (name === 'zod') return next('zod/v3', { ...context, parentURL: import.meta.url });
      return next(/^\..*(?<!\.ts)$/.test(name) ? `${name}.ts` : name, context);
    },
  });
  try {
    return suiteSchema.parse(await import(pathToFileURL(file).href));
  } finally {
    hooks.deregister();
  }
}

function speaking(modelId: string, place: 'device' | 'cloud') {
  const input = '{"location":"San Francisco, CA"}';
  return doubleOf({ modelId, place }, ({ tools = [] }) =>
    tools.length === 0
      ? { text: 'One, two, three.' }
      : { content: [{ type: 'tool-call', toolCallId: 'c1', toolName: 'get_weather', input }] },
  );
}

function upgradeStatus(url: string): Promise<number | undefined> {
  return new Promise((found, failed) => {
    const headers = {
      ...{ connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' },
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    };
    request(url, { headers }, response => {
      response.resume();
      found(response.statusCode);
    })
      .on('upgrade', (response, socket) => {
        socket.destroy();
        found(response.statusCode);
      })
      .on('error', failed)
      .end();
  });
}
