import { describe, expect, it } from 'vitest';
import { TandemError } from '../../src/index.ts';
import { doubleOf, promptText, type Reply } from '../../src/testing/index.ts';
import { type Json, jsonOf, startGateway } from './start-gateway.ts';

const fee = 'The monthly service fee is 4,800 euros.';
const line = (at: number) => `Line ${at} says where a chair of the hall stands.`;
const text = Array.from({ length: 150 }, (_, at) => (at === 90 ? fee : line(at))).join('\n');
const question = 'What is the monthly service fee?';
const file = {
  filename: 'hall.txt',
  file_data: `data:text/plain;base64,${Buffer.from(text).toString('base64')}`,
};
const chat = { type: 'file', file };
const paths = {
  '/v1/chat/completions': {
    messages: [{ role: 'user', content: [chat, { type: 'text', text: question }] }],
  },
  '/v1/responses': {
    input: [
      {
        role: 'user',
        content: [
          { type: 'input_file', ...file },
          { type: 'input_text', text: question },
        ],
      },
    ],
  },
};
type Path = keyof typeof paths;

const found = JSON.stringify({ citation: fee, answer: fee, facts: [{ quote: fee, fact: fee }] });
const none = '{"citation":null,"answer":null,"facts":[]}';
type Said = (prompt: string) => Reply;
const heldBy = (prompt: string) => (prompt.includes(fee) ? found : none);
const well: Said = prompt => ({ text: heldBy(prompt) });
const right: Said = prompt => ({
  text: `It is 4,800 euros [${prompt.includes('[f1]') ? 'f1' : 'e1'}].`,
});
// A place that is closed, as one that cannot be reached is, but not tried again and again.
const down = () => new TandemError('egress_denied', 'The model is closed. Open it.');
// Asked once it answers, and never again.
const once = () => {
  let n = 0;
  return () => {
    if (n++ > 0) throw down();
    return { text: 'No plan.' };
  };
};
const cases: Record<string, readonly [Said, Said | typeof once]> = {
  'all go well': [well, right],
  'the worker echoes': [prompt => ({ text: prompt.slice(-400) }), right],
  'the worker says NONE': [() => ({ text: 'NONE' }), right],
  'the worker is cut': [
    prompt => ({ text: heldBy(prompt).slice(0, 30), finishReason: 'length' as const }),
    right,
  ],
  'the worker writes fences': [
    prompt => ({ text: `\`\`\`json\n${heldBy(prompt)}\n\`\`\`` }),
    right,
  ],
  'the worker refuses': [() => ({ text: 'I cannot help with that.' }), right],
  'the worker says nothing': [() => ({ text: '' }), right],
  'the worker thinks aloud': [prompt => ({ text: `<think>A</think>${heldBy(prompt)}` }), right],
  'the worker is down': [
    () => {
      throw down();
    },
    right,
  ],
  'the leader cites what is not there': [well, () => ({ text: 'It is 6,250 euros [e7][f7].' })],
  'the leader says nothing': [well, () => ({ text: '' })],
  'the leader refuses': [well, () => ({ text: 'I cannot help with that.' })],
  'the leader thinks aloud': [well, () => ({ text: '<think>So.</think>It is 4,800 euros.' })],
  'the leader is cut': [well, () => ({ text: 'It is 4,800 eu', finishReason: 'length' as const })],
  'the leader is down': [
    well,
    () => {
      throw down();
    },
  ],
  'the leader is gone in the middle': [well, once],
  'the leader breaks': [well, () => ({ text: 'x', breaks: { after: 0, error: down() } })],
};

const opened = ([worker, said]: (typeof cases)[string]) => {
  const leader = said === once ? once() : (said as Said);
  return startGateway({
    local: doubleOf({ modelId: 'small' }, given => worker(promptText(given))),
    cloud: doubleOf({ modelId: 'large', place: 'cloud' }, given => leader(promptText(given))),
  });
};

const eventsIn = (stream: string): Json[] =>
  (stream.match(/^data: \{.*$/gm) ?? []).map(event => JSON.parse(event.slice(6)));

function ofStream(path: Path, stream: string): Json {
  const events = eventsIn(stream);
  const error = events.find(event => event.error)?.error;
  if (error) return { error: error.message };
  if (path === '/v1/responses') {
    const { response } = events.findLast(({ type }) => /completed|failed|incomplete/.test(type));
    const deltas = events.filter(({ type }) => /output_text\.delta|refusal\.delta/.test(type));
    if (response.error) return ofWhole(path, response);
    return { ...ofWhole(path, response), said: deltas.map(({ delta }) => delta).join('') };
  }
  const choices = events.flatMap(event => event.choices ?? []);
  const told = (name: string) => choices.map(({ delta }) => delta[name] ?? '').join('');
  return {
    said: told('content'),
    finish: choices.findLast(({ finish_reason: finish }) => finish)?.finish_reason,
    annotations: choices.flatMap(({ delta }) => delta.annotations ?? []),
    tandem: ofTandem(events.findLast(event => event.tandem)?.tandem),
  };
}

function ofWhole(path: Path, body: Json): Json {
  // A response that has begun can only fail in words of the API's own.
  if (body.error) return { error: body.error.message.replace(/^\w+: /, '') };
  if (path === '/v1/responses') {
    const said = body.output.filter(({ type }: Json) => type === 'message');
    const parts = said.flatMap((item: Json) => item.content);
    return {
      said: parts.map((part: Json) => part.text ?? part.refusal ?? '').join(''),
      finish: body.status,
      annotations: parts.flatMap((part: Json) => part.annotations ?? []),
      tandem: ofTandem(body.tandem),
    };
  }
  const [{ message, finish_reason: finish }] = body.choices;
  const annotations = message.annotations ?? [];
  return { said: message.content, finish, annotations, tandem: ofTandem(body.tandem) };
}

// What is the same each time.
function ofTandem(tandem: Json): Json {
  const { warnings, citations, grounding, reason, degraded, converged, coverage, ...rest } = tandem;
  const names = Object.keys(rest).sort();
  return { warnings, citations, grounding, reason, degraded, converged, coverage, names };
}

describe.each(Object.keys(paths) as Path[])('%s', path => {
  const models = ['minions', 'chain', 'auto'];
  it.each(models.flatMap(model => Object.keys(cases).map(name => [model, name] as const)))(
    'streams of %s what it answers as a whole, where %s',
    async (model, name) => {
      // One each: what a server learns of a worker it knows at the next request.
      await using first = await opened(cases[name]!);
      await using second = await opened(cases[name]!);
      const body = { model, ...paths[path] };
      const whole = ofWhole(path, await jsonOf(first.send(path, body)));
      const response = await second.send(path, { ...body, stream: true });
      const stream = await response.text();
      const isEvents = response.headers.get('content-type')?.startsWith('text/event-stream');
      expect(isEvents ? ofStream(path, stream) : ofWhole(path, JSON.parse(stream))).toEqual(whole);
      if (whole.error === undefined) expect(whole.said.trim()).not.toBe('');
    },
  );
});

describe('a run of its own', () => {
  it.each(['minions', 'chain'])(
    'of %s comes to what the whole answer is, and tells its end',
    async model => {
      for (const name of [
        'all go well',
        'the worker says NONE',
        'the leader is gone in the middle',
      ]) {
        await using first = await opened(cases[name]!);
        await using second = await opened(cases[name]!);
        const body = { model, ...paths['/v1/chat/completions'] };
        const path = '/v1/chat/completions';
        const whole = ofWhole(path, await jsonOf(first.send(path, body)));
        const { id } = await jsonOf(second.send('/v1/runs', body));
        const told = await (await second.send(`/v1/runs/${id}/events`)).text();
        const types = eventsIn(told).map(({ type }) => type);
        expect(types.length).toBeGreaterThan(1);
        expect(types.at(-1)).toMatch(/^(done|failed)$/);
        const run = await jsonOf(second.send(`/v1/runs/${id}`));
        const result = run.result ?? { error: run.error };
        expect(ofWhole(path, result)).toEqual(whole);
      }
    },
  );

  it.each(['minions', 'chain'])(
    'of %s asks nobody once a streaming client is gone',
    async model => {
      const gone = new AbortController();
      let [begun, aborted] = [0, 0];
      const wait = ({ abortSignal }: { abortSignal?: AbortSignal | undefined }) =>
        new Promise<Reply>((_, reject) => {
          begun++;
          gone.abort();
          abortSignal?.addEventListener('abort', () => {
            aborted++;
            reject(abortSignal.reason);
          });
        });
      await using gateway = await startGateway({
        local: doubleOf({ modelId: 'small' }, wait),
        cloud: doubleOf({ modelId: 'large', place: 'cloud' }, wait),
      });
      const body = { model, stream: true, ...paths['/v1/chat/completions'] };
      const asked = gateway.send('/v1/chat/completions', body, { signal: gone.signal });
      await expect(asked).rejects.toThrow();
      await expect.poll(() => begun > 0 && aborted === begun).toBe(true);
      const before = begun;
      await new Promise(resolve => setTimeout(resolve, 50));
      expect(begun).toBe(before);
    },
  );
});
