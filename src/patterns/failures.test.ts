import { describe, expect, it } from 'vitest';
import { openaiCompatible } from '../backends/openai/openai-compatible.ts';
import { textOf, userCall } from '../model/answer.ts';
import { TandemError } from '../model/errors.ts';
import { type FailureKind, failureOf } from '../model/leaf/failure.ts';
import { direct } from '../model/pattern/direct.ts';
import { run } from '../model/run/scope-life.ts';
import { summaryOf } from '../model/run/summary.ts';
import type { LanguageModel } from '../model/types.ts';
import { collectStream } from '../testing/double.ts';
import { scriptedModel } from '../testing/scripted-model.ts';
import { startWireDouble, type WireStep } from '../testing/wire/wire-double.ts';
import { cascade } from './cascade/cascade.ts';

/** What follows of one failure, in the place of the cloud and in that of the local model. */
interface Outcome {
  readonly kind: FailureKind;
  /** Requests that the server sees: 3 where it is asked again. */
  readonly requests: number;
  readonly asCloud: 'degraded' | 'failed';
  readonly asLocal: 'escalated' | 'failed';
  /** What the user sees where it fails. */
  readonly message: RegExp;
}

const again = { requests: 3, asCloud: 'degraded', asLocal: 'escalated' } as const;
const mended = { requests: 1, asCloud: 'failed', asLocal: 'failed' } as const;
const odd = { requests: 1, asCloud: 'failed', asLocal: 'escalated' } as const;
const quota = { error: { message: 'You exceeded your current quota', code: 'insufficient_quota' } };
const overflow = {
  error: { message: "This model's maximum context length is 10 tokens.", code: 400 },
};
const filtered = { error: { message: 'The response was filtered', code: 'content_filter' } };

const byHttp: readonly (readonly [string, WireStep, Outcome])[] = [
  [
    '401',
    { status: 401 },
    { ...mended, kind: 'auth', message: /Check the key and its permissions/ },
  ],
  [
    '403',
    { status: 403 },
    { ...mended, kind: 'auth', message: /Check the key and its permissions/ },
  ],
  [
    '404 model',
    { status: 404 },
    { ...mended, kind: 'unknown_model', message: /Check the model name/ },
  ],
  [
    '429',
    { status: 429 },
    { ...again, kind: 'rate_limit', message: /after 3 tries: .*rate limit is reached/ },
  ],
  [
    '429 with Retry-After',
    { status: 429, headers: { 'retry-after': '0.01' } },
    { ...again, kind: 'rate_limit', message: /after 3 tries: .*rate limit is reached/ },
  ],
  [
    '429 with a long Retry-After',
    { status: 429, headers: { 'retry-after': '3600' } },
    { ...again, requests: 1, kind: 'rate_limit', message: /after 1 try: .*rate limit is reached/ },
  ],
  [
    '429 quota',
    { status: 429, error: quota },
    { ...again, requests: 1, kind: 'quota', message: /quota is used up/ },
  ],
  [
    '500',
    { status: 500 },
    { ...again, kind: 'unavailable', message: /after 3 tries: .*server is in trouble/ },
  ],
  [
    '503',
    { status: 503 },
    { ...again, kind: 'unavailable', message: /after 3 tries: .*server is in trouble/ },
  ],
  [
    'context overflow',
    { status: 400, error: overflow },
    { ...odd, kind: 'context_overflow', message: /maximum context.*Shorten the prompt/ },
  ],
  [
    'TRAP 13: content refused',
    { status: 400, error: filtered },
    {
      ...mended,
      kind: 'content_refused',
      message: /content filter refused it: no other model is asked/,
    },
  ],
  [
    'malformed JSON',
    { raw: '{"choices": [' },
    { ...odd, kind: 'protocol', message: /Check that the endpoint/ },
  ],
  [
    'a page of HTML',
    { raw: '<html>busy</html>' },
    { ...odd, kind: 'protocol', message: /Check that the endpoint/ },
  ],
];

const settings = { retry: { tries: 3, baseMs: 1 }, idleMs: 100 };
const modelAt = (endpoint: string) => openaiCompatible({ model: 'm', endpoint, connectMs: 500 });
const drafts = () => scriptedModel(['a draft'], { modelId: 'local' });
const clouds = () => scriptedModel(['from the cloud'], { modelId: 'cloud', place: 'cloud' });
const refuse = async () => ({ score: 0, accepts: false, reason: 'refused' });

type Ended = {
  readonly outcome: Outcome['asCloud'] | Outcome['asLocal'] | 'answered';
  readonly error?: TandemError;
};

async function end(model: LanguageModel, ask: 'generate' | 'stream' = 'generate'): Promise<Ended> {
  try {
    const answer = await run(settings, async () =>
      ask === 'generate'
        ? model.doGenerate(userCall('x'))
        : collectStream((await model.doStream(userCall('x'))).stream),
    );
    const text = textOf(answer);
    if (text === 'from the cloud') return { outcome: 'escalated' };
    return { outcome: summaryOf(answer)?.degraded ? 'degraded' : 'answered' };
  } catch (error) {
    expect(TandemError.isInstance(error)).toBe(true);
    return { outcome: 'failed', error: error as TandemError };
  }
}

async function check(endpoint: string, expected: Outcome, requests?: () => number): Promise<void> {
  const asCloud = await end(cascade({ local: drafts(), cloud: modelAt(endpoint), accept: refuse }));
  expect(asCloud.outcome).toBe(expected.asCloud);
  if (requests) expect(requests()).toBe(expected.requests);
  const asLocal = await end(cascade({ local: modelAt(endpoint), cloud: clouds(), accept: refuse }));
  expect(asLocal.outcome).toBe(expected.asLocal);
  const { error } = await end(
    cascade({ local: drafts(), cloud: modelAt(endpoint), accept: refuse, offline: 'fail' }),
  );
  expect(failureOf(error)).toEqual(expected.kind);
  expect(error!.message.replaceAll('\n', ' ')).toMatch(expected.message);
}

describe('what follows of a failure over HTTP', () => {
  it.each(byHttp)('%s', async (_name, step, expected) => {
    await using double = await startWireDouble([step]);
    await check(`${double.url}/v1`, expected, () => double.requests.length);
  });
});

describe('a prompt that is too long, in the words of each server', () => {
  it.each([
    ['Ollama', 400, 'prompt too long; exceeded max context length by 812 tokens'],
    [
      'llama-server',
      400,
      'request (5000 tokens) exceeds the available context size (4096 tokens), try increasing it',
    ],
    ['llama-server, in mid-answer', 500, 'Context size has been exceeded.'],
    [
      'LM Studio',
      400,
      'The number of tokens to keep from the initial prompt is greater than the context length',
    ],
    [
      'vLLM',
      400,
      "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens.",
    ],
    ['Foundry Local', 500, 'input sequence_length (5000) is >= max_length (4096)'],
    [
      'text-generation-inference',
      422,
      '`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000',
    ],
    [
      'OpenAI',
      400,
      'Your input exceeds the context window of this model. Please adjust your input and try ' +
        'again.',
    ],
    ['Groq', 400, 'Please reduce the length of the messages or completion.'],
    [
      'Gemini',
      400,
      'The input token count (5000) exceeds the maximum number of tokens allowed (4096).',
    ],
  ])('%s', async (_server, status, message) => {
    await using double = await startWireDouble([{ status, error: { error: { message } } }]);
    const { error } = await end(direct(modelAt(`${double.url}/v1`)));
    expect([failureOf(error), double.requests.length]).toEqual(['context_overflow', 1]);
    expect(error!.message).toContain('Shorten the prompt');
  });
});

describe('what follows of a failure of the network', () => {
  it('nobody at a port of this machine: not tried again, escalated or degraded', async () => {
    const double = await startWireDouble();
    await double.close();
    const message = /after 1 try: .*Check that the server is running/;
    await check(`${double.url}/v1`, { ...again, kind: 'unavailable', message });
  });

  it('no answer in time: not tried again, then escalated or degraded', async () => {
    await using double = await startWireDouble([{ hangs: true }]);
    const slow = () =>
      openaiCompatible({ model: 'm', endpoint: `${double.url}/v1`, answerMs: 200 });
    expect((await end(cascade({ local: drafts(), cloud: slow(), accept: refuse }))).outcome).toBe(
      'degraded',
    );
    expect((await end(cascade({ local: slow(), cloud: clouds(), accept: refuse }))).outcome).toBe(
      'escalated',
    );
    expect(double.requests).toHaveLength(2);
  });

  it('DNS failure: not tried again, and escalated or degraded', () =>
    check('http://no-such-host.invalid/v1', {
      ...again,
      requests: 0,
      // A resolver that is out of reach itself answers that it may pass.
      kind: expect.stringMatching(/^un(reachable|available)$/) as unknown as FailureKind,
      message: /Check (the host name|that the server)|in trouble/,
    }));

  it('TLS failure: nothing is sent, nobody else is asked', async () => {
    await using double = await startWireDouble();
    const endpoint = `${double.url.replace('http:', 'https:')}/v1`;
    await check(endpoint, { ...mended, kind: 'insecure', message: /Fix the certificate/ });
    expect(double.requests).toHaveLength(0);
  });

  it.each([
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'CERT_HAS_EXPIRED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  ])('a certificate that is not trusted (%s) is none either', code => {
    const cause = Object.assign(new Error('certificate'), { code });
    expect(failureOf(new TypeError('fetch failed', { cause }))).toBe('insecure');
  });
});

describe('what follows of a failure in the middle of a stream', () => {
  it.each([
    ['a stream cut in mid-token', 'close', 'unavailable'],
    ['an idle stream', 'idle', 'timeout'],
  ] as const)(
    '%s: what was shown stays, and the stream fails; nobody else speaks',
    async (_name, cut, kind) => {
      await using double = await startWireDouble([{ cut }]);
      const { outcome, error } = await end(
        cascade({ local: drafts(), cloud: modelAt(`${double.url}/v1`), accept: refuse }),
        'stream',
      );
      expect([outcome, failureOf(error)]).toEqual(['failed', kind]);
      expect(double.requests).toHaveLength(1);
    },
  );

  it('before it shows anything: a silent server is given up for the draft, degraded', async () => {
    await using double = await startWireDouble([{ hangs: true }]);
    const model = cascade({
      local: drafts(),
      cloud: modelAt(`${double.url}/v1`),
      accept: refuse,
    });
    expect((await end(model, 'stream')).outcome).toBe('degraded');
  });
});
