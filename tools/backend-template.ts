import { camel } from './new-name.ts';

/** Where the rows of servers of OpenAI's protocol stand. */
export const serverTable = 'src/backends/local-servers/local-servers.ts';
/** Where the records of all backends stand. */
export const backendTable = 'src/backends/backends.ts';

/** Adds a server of OpenAI's protocol: its row, which is all of it. */
export function withServer(table: string, name: string): string {
  const variables = variablesOf(name);
  const row = `  {
    name: '${name}',
    title: '${name}',
    summary: 'a model of ${name}',
    example: '${name}:MODEL',
    endpoint: 'http://127.0.0.1:9000/v1',
    variables: '${variables}',
    start: '${name} serve',
    fetchModel: model => \`${name} pull \${model}\`,
    widen: (model, tokens) => \`${name} serve \${model} --context \${tokens}\`,
  },
`;
  return table.replace(
    /(localServers: readonly LocalServer\[\] = \[\n[\s\S]*?\n)\];/,
    `$1${row}];`,
  );
}

/** Adds a backend's import and its record to the text of backends.ts. */
export function withBackend(table: string, name: string): string {
  const id = camel(name);
  return table
    .replace(
      /\n(import [^\n]*'\.\/ollama\/)/,
      `\nimport { ${id}Backend } from './${name}/${name}.ts';\n$1`,
    )
    .replace(/(backends: readonly Backend\[\] = \[\n[\s\S]*?\n)\];/, `$1  ${id}Backend,\n];`);
}

/** The files of a backend with a protocol of its own, by name. */
export function backendFiles(name: string): Readonly<Record<string, string>> {
  return { [`${name}.ts`]: sourceOf(name), [`${name}.test.ts`]: testOf(name) };
}

function variablesOf(name: string): string {
  return name.toUpperCase().replaceAll('-', '_');
}

function sourceOf(name: string): string {
  const id = camel(name);
  const type = `${id[0]!.toUpperCase()}${id.slice(1)}Options`;
  const variables = variablesOf(name);
  return `import { replay, textAnswer } from '../../model/answer.ts';
import { inCloud, onDevice } from '../../model/leaf/model/place.ts';
import type { Scheme } from '../../model/spec.ts';
import type { Answer, Call, LanguageModel, Message, StreamPart } from '../../model/types.ts';
import { unknownUsage } from '../../model/leaf/cost/usage.ts';
import { type Backend, modelVariables, placeIn } from '../backend.ts';
import { modelFetch, type Sending } from '../model-fetch.ts';
import { apiFailure, headersIn, postJson, textOf } from '../post-json.ts';
import { foreignOptions } from '../provider-options.ts';
import { noteOrigin } from '../server-origin.ts';
import {
  checkSettings,
  given,
  isLocalEndpoint,
  requireEndpoint,
  requireHeaders,
  requireModelName,
  requireOptions,
} from '../settings.ts';

/** A model of ${name}. */
interface ${type} extends Sending {
  readonly model: string;
  /** Default: \`http://127.0.0.1:9000\`. */
  readonly endpoint?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const knownOptions: Readonly<Record<keyof ${type}, true>> = {
  model: true,
  endpoint: true,
  headers: true,
  fetch: true,
  connectMs: true,
  answerMs: true,
};
const settingNames = ['endpoint', 'headers', 'fetch', 'connectMs', 'answerMs'] as const;
const defaultEndpoint = 'http://127.0.0.1:9000';

/**
 * Makes a model of ${name}, by its own protocol. @throws TandemError \`invalid_argument\` for an
 * option that is wrong
 */
function ${id}(options: ${type}): LanguageModel {
  requireOptions('${id}', options, { known: knownOptions, required: ['model'] });
  const endpoint = requireEndpoint(options.endpoint ?? defaultEndpoint, '${variables}_ENDPOINT');
  const isLocal = isLocalEndpoint(endpoint);
  const headers = requireHeaders({ 'content-type': 'application/json' }, options.headers);
  const server = { model: options.model, endpoint, headers, fetch: modelFetch(options, endpoint) };
  const made: LanguageModel = {
    specificationVersion: 'v4',
    provider: 'tandem.${name}',
    modelId: \`${name}:\${options.model}\`,
    supportedUrls: {},
    doGenerate: call => answerOf(server, call),
    // An answer that comes whole; show its parts as they come where the protocol streams.
    async doStream(call) {
      const parts = replay(await answerOf(server, call));
      return { stream: ReadableStream.from(parts) as ReadableStream<StreamPart> };
    },
  };
  noteOrigin(made, endpoint);
  return isLocal ? onDevice(made) : inCloud(made);
}

interface Server {
  readonly model: string;
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: typeof globalThis.fetch;
}

async function answerOf({ model, endpoint, headers, fetch }: Server, call: Call): Promise<Answer> {
  const posted = { url: \`\${endpoint}/generate\`, signal: call.abortSignal };
  const messages = call.prompt.map(message => ({ role: message.role, text: textIn(message) }));
  const body = JSON.stringify({ model, messages });
  const response = await postJson({ ...posted, headers, body, fetch });
  const text = await textOf(response, posted);
  const failed = {
    url: posted.url,
    statusCode: response.status,
    responseHeaders: headersIn(response),
    responseBody: text,
  };
  if (!response.ok) throw apiFailure(\`HTTP \${response.status}\`, failed);
  const { reply } = JSON.parse(text) as { reply?: unknown };
  if (typeof reply !== 'string') throw apiFailure('The response is no answer', failed);
  // Warn here of every option of a call that the protocol cannot carry.
  return {
    ...textAnswer(reply),
    usage: unknownUsage,
    warnings: foreignOptions(call, ['${name}']),
  };
}

function textIn({ content }: Message): string {
  if (typeof content === 'string') return content;
  return content.map(part => ('text' in part ? part.text : '')).join('\\n');
}

const ${id}Scheme: Scheme = {
  name: '${name}',
  summary: 'a model of ${name}',
  example: '${name}:MODEL',
  settings: settingNames,
  create(rest, settings) {
    checkSettings('${name}', settings, settingNames);
    const { headers, fetch, connectMs, answerMs } = settings;
    const endpoint = settings.endpoint ?? (settings.env ?? process.env).${variables}_ENDPOINT;
    return ${id}({
      model: requireModelName('${name}', rest, '${name}:MODEL'),
      ...(endpoint && { endpoint }),
      ...given({ headers, fetch, connectMs, answerMs }),
    });
  },
};

/** ${name}, by its own protocol. */
export const ${id}Backend: Backend = {
  scheme: ${id}Scheme,
  roles: {
    endpoint: '${variables}_ENDPOINT',
    defaultEndpoint,
    model: modelVariables('${variables}'),
  },
  discover: env => placeIn(env, '${variables}_ENDPOINT', defaultEndpoint),
  async inspect(look) {
    const { models } = ((await look('/models')) ?? {}) as { models?: string[] };
    return models && { models: models.map(model => ({ name: model })) };
  },
  endpointAt: origin => origin,
  advise: {
    title: '${name}',
    start: '${name} serve',
    fetchModel: model => \`${name} pull \${model}\`,
    widen: (model, tokens) => \`${name} serve \${model} --context \${tokens}\`,
  },
};
`;
}

function testOf(name: string): string {
  return `import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discoverServers, rolesFromEnvironment } from '../../entries/backends.ts';
import { textOf, userCall } from '../../model/answer.ts';
import { direct } from '../../model/pattern/direct.ts';
import { placeOf } from '../../model/leaf/model/place.ts';
import { model } from '../../registry/model.ts';
import { collectStream } from '../../testing/double.ts';

const server = createServer((request, response) => {
  const reply = { reply: 'from ${name}' };
  response.end(JSON.stringify(request.url === '/models' ? { models: ['m'] } : reply));
});
let endpoint = '';
beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  endpoint = \`http://127.0.0.1:\${(server.address() as AddressInfo).port}\`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('${name}', () => {
  it('answers whole and streamed, on this device', async () => {
    const asked = model('${name}:m', { endpoint });
    expect(textOf(await direct(asked).doGenerate(userCall('hi')))).toBe('from ${name}');
    const { stream } = await direct(asked).doStream(userCall('hi'));
    expect(textOf(await collectStream(stream))).toBe('from ${name}');
    expect(placeOf(asked)).toBe('device');
  });

  it('is found, and named by variables', async () => {
    const env = {
      ${variablesOf(name)}_ENDPOINT: endpoint,
      SLM_BACKEND: '${name}',
      ${variablesOf(name)}_SLM_MODEL: 'm',
    };
    const found = await discoverServers({ env, limitMs: 20_000 });
    expect(found.filter(({ scheme }) => scheme === '${name}')).toMatchObject([
      { state: 'running', models: [{ name: 'm' }] },
    ]);
    expect(rolesFromEnvironment(env).local).toEqual({
      spec: '${name}:m',
      settings: { endpoint },
    });
  });
});
`;
}
