import { gzipSync } from 'node:zlib';
import { openapiDocument } from '../../../apps/gateway/openapi.ts';
import { routes } from '../../../apps/gateway/routes.ts';
import type { FileKind } from '../../../src/documents/formats/sniff.ts';
import { draw } from '../generate-request.ts';
import { heavyAnswers, lightAnswers } from './answers.ts';
import { bombs, documentsByKind } from './documents.ts';
import { hostileText, pick } from './hostile-texts.ts';

type Random = () => number;

/** One request of the proof, and what it is called. */
export interface Sent {
  readonly what: string;
  readonly method: string;
  readonly path: string;
  readonly body?: Buffer | string;
  readonly headers?: Readonly<Record<string, string>>;
}

const chat = '/v1/chat/completions';
const said = (content: unknown, role = 'user') => ({ role, content });

function post(what: string, path: string, body: object): Sent {
  return { what, method: 'POST', path, body: JSON.stringify(body) };
}

/** Asks a backend for an answer of the hostile server. */
function askedFor(model: string, answer: string, stream: boolean): Sent {
  const tools =
    answer === 'a call'
      ? { tools: [{ type: 'function', function: { name: 'f', parameters: {} } }] }
      : {};
  const body = { model, stream, messages: [said(`ATTACK(${answer})`)], max_tokens: 100, ...tools };
  return post(`${model}: ${answer}, ${stream ? 'streamed' : 'whole'}`, chat, body);
}

/** What fills memory or time, once for each backend and each bomb. */
export function heavyRequests(backends: readonly string[]): Sent[] {
  const answers = backends.flatMap(model =>
    Object.keys(heavyAnswers).flatMap(answer =>
      [false, true].map(stream => askedFor(model, answer, stream)),
    ),
  );
  const embeddings = Object.keys(heavyAnswers).map(answer =>
    post(`embeddings: ${answer}`, '/v1/embeddings', {
      model: 'embedded',
      input: `ATTACK(${answer})`,
    }),
  );
  const files = Object.entries(bombs).map(([what, make]) => withFile(what, 'minions', make()));
  return [...answers, ...embeddings, ...files, ...heavyBodies(), ...longRequests()];
}

// Nothing of it is hostile but how much of it there is.
function longRequests(): Sent[] {
  const rows = Array.from(
    { length: 40_000 },
    (_, n) => `${n};anna${n}.weber@example.org;+49 170 ${1_000_000 + n};row ${n}`,
  ).join('\n');
  const typed = (what: string, model: string, header: Readonly<Record<string, string>>): Sent => ({
    ...post(`${what}, to ${model}`, chat, { model, messages: [said(rows)], max_tokens: 50 }),
    headers: header,
  });
  const file = Buffer.from(rows);
  const beside = (model: string, label: string, text: string): Sent => {
    const asked = withFile(`rows labelled ${label}, to ${model}`, model, file, text);
    return { ...asked, headers: { 'x-tandem-label': label } };
  };
  return [
    ...['openai-compatible', 'local', 'cascade'].map(model => typed('many rows', model, {})),
    ...['openai-compatible', 'cascade'].map(model =>
      typed('many personal rows', model, { 'x-tandem-mask': 'true' }),
    ),
    ...['local', 'minions', 'chain', 'auto'].flatMap(model =>
      ['extracts', 'local-only'].map(label => beside(model, label, 'What is in row 17?')),
    ),
    beside('minions', 'extracts', rows.slice(0, 1_000_000)),
  ];
}

function heavyBodies(): Sent[] {
  const keys = Array.from({ length: 400_000 }, (_, n) => `"k${n}":1`).join(',');
  const bodies: Record<string, string> = {
    'a body of lists': `[${'[],'.repeat(2_000_000)}1]`,
    'a body of keys': `{${keys}}`,
    'a body that is deep': `{"messages":${'['.repeat(500_000)}${']'.repeat(500_000)}}`,
    'a body of messages': JSON.stringify({
      model: 'openai-compatible',
      messages: Array.from({ length: 20_000 }, () => said('Hi')),
    }),
    'a body of one text': JSON.stringify({
      model: 'openai-compatible',
      messages: [said('word '.repeat(800_000))],
    }),
    'arguments that are deep': JSON.stringify({
      model: 'openai-compatible',
      messages: [
        said('Hi'),
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            {
              id: 'c',
              type: 'function',
              function: { name: 'f', arguments: `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}` },
            },
          ],
        },
        { role: 'tool', tool_call_id: 'c', content: `${'['.repeat(20_000)}${']'.repeat(20_000)}` },
      ],
    }),
  };
  const bomb = gzipSync(Buffer.alloc(64_000_000, ' '));
  return [
    ...Object.entries(bodies).map(
      ([what, body]): Sent => ({ what, method: 'POST', path: chat, body }),
    ),
    {
      what: 'a body of gzip',
      method: 'POST',
      path: chat,
      body: bomb,
      headers: { 'content-encoding': 'gzip' },
    },
  ];
}

function withFile(
  what: string,
  model: string,
  bytes: Uint8Array,
  text = 'What does it say?',
): Sent {
  const data = `data:text/plain;base64,${Buffer.from(bytes).toString('base64')}`;
  const content = [
    { type: 'file', file: { filename: 'a.txt', file_data: data } },
    { type: 'text', text },
  ];
  return post(`a file: ${what}`, chat, { model, messages: [said(content)], max_tokens: 50 });
}

const operations = Object.entries(
  (
    openapiDocument(routes) as {
      paths: Record<
        string,
        Record<string, { requestBody?: { content: Record<string, { schema: object }> } }>
      >;
    }
  ).paths,
).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { requestBody }]) => ({
    method: method.toUpperCase(),
    path,
    schema: requestBody?.content['application/json']?.schema,
  })),
);

/** Draws a request of any route, with an answer, a file or a text that is hostile. */
export function lightRequest(models: readonly string[], random: Random): Sent {
  const kind = random();
  if (kind < 0.35) return routeRequest(models, random);
  const model = pick(models, random);
  if (kind < 0.55) return askedFor(model, pick(Object.keys(lightAnswers), random), random() < 0.5);
  if (kind < 0.8) {
    const file = pick(Object.keys(documentsByKind) as FileKind[], random);
    return withFile(
      file,
      pick(['minions', 'chain', 'local'], random),
      pick(documentsByKind[file], random)(random),
    );
  }
  const headers: Record<string, string> = random() < 0.4 ? { 'x-tandem-mask': 'true' } : {};
  const messages = [
    said(hostileText(random, 60_000)),
    ...(random() < 0.3 ? [said(hostileText(random, 9000), 'assistant'), said('And?')] : []),
  ];
  return {
    ...post(`a text to ${model}`, chat, {
      model,
      messages,
      stream: random() < 0.5,
      max_tokens: 50,
    }),
    headers,
  };
}

function routeRequest(models: readonly string[], random: Random): Sent {
  const { method, path, schema } = pick(operations, random);
  const at = path.replace(/\{\w+\}/g, () =>
    encodeURIComponent(hostileText(random, 200).toWellFormed()).slice(0, 501),
  );
  const what = `${method} ${path}`;
  if (!schema) return { what, method, path: at };
  const drawn = draw(schema as never, random);
  const named =
    typeof drawn === 'object' && drawn !== null && 'model' in drawn
      ? { ...drawn, model: pick(models, random) }
      : drawn;
  return { what, method, path: at, body: JSON.stringify(hostile(named, random)) };
}

// One text of a body in four is hostile.
function hostile(value: unknown, random: Random): unknown {
  if (typeof value === 'string') return random() < 0.25 ? hostileText(random, 20_000) : value;
  if (Array.isArray(value)) return value.map(each => hostile(each, random));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === 'model' ? inner : hostile(inner, random),
    ]),
  );
}
