/**
 * The one exam that every pattern and wrapper passes. It is free of any test framework:
 * `for (const { name, run } of patternContract(subject)) it(name, run)`.
 */

import { textOf } from '../model/answer.ts';
import { TandemError } from '../model/errors.ts';
import { addUsage, usageOf } from '../model/leaf/cost/usage.ts';
import type { Summary } from '../model/run/summary.ts';
import { summaryOf } from '../model/run/summary.ts';
import type { Answer, Call, LanguageModel, Usage } from '../model/types.ts';
import { check, readWellFormed } from './check-stream.ts';
import { apiFailure } from './failures.ts';
import { type ProbeLeaf, type ProbeLeafOptions, probe, type Role } from './probe.ts';

/** A pattern to be examined. */
export interface Subject {
  /** The leaves it needs, by role. */
  readonly roles: Readonly<Record<string, Role>>;
  /** Makes the pattern over the leaves. */
  make(models: Readonly<Record<string, LanguageModel>>): LanguageModel;
  /** A valid request; different numbers give different requests. */
  call(n: number): Call;
  /** Tells whether a text is the right answer to request `n`. */
  isRight(text: string, n: number): boolean;
  /** Options that the pattern says it ignores, with a value for each. */
  readonly ignored?: Partial<Call>;
  /** Interleaved requests. Default: 1,000. */
  readonly overlapping?: number;
  /** Milliseconds in which a call has reached its leaves, and an abort has. Default: 20. */
  readonly settleMs?: number;
}

/** One question of the exam. */
export interface ContractCase {
  readonly name: string;
  run(): Promise<void>;
}

/**
 * Lists the questions of the exam for a subject. Each throws a `TandemError` if the pattern fails
 * it.
 */
export function patternContract(subject: Subject): ContractCase[] {
  const questions = [
    identityIsFixed,
    streamEqualsGenerate,
    overlappingCallsDoNotTouch,
    callsAreNotMutated,
    usageIsTheWritersAndTheSumIsToldBeside,
    warningsArePassedOn,
    ignoredOptionsBecomeWarnings,
    transientFailureIsRetriedAtTheLeaf,
    failureIsOneTypedError,
    brokenStreamErrors,
    abortStopsEveryInnerCall,
    cancelStopsEveryInnerCall,
    summaryIsBounded,
  ];
  return questions.map(question => ({ name: nameOf(question), run: () => question(subject) }));
}

function nameOf(question: { readonly name: string }): string {
  return question.name.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`);
}

interface Fixture {
  readonly model: LanguageModel;
  readonly probes: readonly ProbeLeaf[];
}

function fixture(subject: Subject, options: Omit<ProbeLeafOptions, 'modelId'> = {}): Fixture {
  const probes = Object.entries(subject.roles).map(([role, given]) => [
    role,
    probe(given, { ...options, modelId: `probe:${role}` }),
  ]) as [string, ProbeLeaf][];
  const models = Object.fromEntries(probes.map(([role, { model }]) => [role, model]));
  return { model: subject.make(models), probes: probes.map(([, each]) => each) };
}

async function identityIsFixed(subject: Subject): Promise<void> {
  const shared = { 'image/*': [/^https:\/\/shared\//] };
  const { model } = fixture(subject, { supportedUrls: shared });
  const before = model.modelId;
  await model.doGenerate(subject.call(0));
  check(model.modelId === before, `modelId changed from ${before} to ${model.modelId}`);
  const urls = await model.supportedUrls;
  check(
    urls['image/*']?.length === 1,
    'a URL pattern that all inner models read is missing from supportedUrls',
  );
  const plain = await fixture(subject).model.supportedUrls;
  check(
    plain['image/*'] === undefined,
    'supportedUrls names a pattern that an inner model cannot read',
  );
}

async function streamEqualsGenerate(subject: Subject): Promise<void> {
  const generated = await fixture(subject).model.doGenerate(subject.call(1));
  const { stream } = await fixture(subject).model.doStream(subject.call(1));
  const { text } = await readWellFormed(stream);
  check(
    text === textOf(generated),
    `streamed "${clip(text)}", generated "${clip(textOf(generated))}"`,
  );
  check(subject.isRight(text, 1), `the answer is wrong: "${clip(text)}"`);
}

async function overlappingCallsDoNotTouch(subject: Subject): Promise<void> {
  const jitter = () => Math.floor(Math.random() * 3);
  const { model } = fixture(subject, { delayMs: jitter });
  const ask = async (n: number) => {
    const call = subject.call(n);
    if (n % 2 === 0) return textOf(await model.doGenerate(call));
    return (await readWellFormed((await model.doStream(call)).stream)).text;
  };
  const texts = await Promise.all(
    Array.from({ length: subject.overlapping ?? 1000 }, (_, n) => ask(n)),
  );
  texts.forEach((text, n) => {
    check(
      subject.isRight(text, n),
      `request ${n} of ${texts.length} overlapping ones got "${clip(text)}"`,
    );
  });
}

async function callsAreNotMutated(subject: Subject): Promise<void> {
  const { model } = fixture(subject);
  const call = subject.call(2);
  const before = JSON.stringify(call);
  deepFreeze(call);
  await model.doGenerate(call);
  await readWellFormed((await model.doStream(call)).stream);
  check(JSON.stringify(call) === before, 'the call was changed');
}

async function usageIsTheWritersAndTheSumIsToldBeside(subject: Subject): Promise<void> {
  for (const mode of ['generate', 'stream'] as const) {
    const { model, probes } = fixture(subject);
    const { usage, providerMetadata } =
      mode === 'generate'
        ? await model.doGenerate(subject.call(3))
        : (await readWellFormed((await model.doStream(subject.call(3))).stream)).finish;
    const sum = probes.map(each => each.usage()).reduce(addUsage, usageOf(0, 0));
    const byModel = Object.values(summaryOf({ providerMetadata })?.tokensByModel ?? {});
    const told = byModel.reduce(
      (all, { input, output }) => addUsage(all, usageOf(input, output)),
      usageOf(0, 0),
    );
    check(
      totals(told) === totals(sum),
      `${mode}: the summary tells ${totals(told)}, the leaves used ${totals(sum)}`,
    );
    const isPart = (usage.outputTokens.total ?? 0) <= (sum.outputTokens.total ?? 0);
    check(isPart, `${mode}: usage is ${totals(usage)}, all leaves used ${totals(sum)}`);
  }
}

async function warningsArePassedOn(subject: Subject): Promise<void> {
  const warning = { type: 'unsupported' as const, feature: 'seed', details: 'the probe has none' };
  const { model } = fixture(subject, { warnings: [warning] });
  const { warnings } = await model.doGenerate(subject.call(4));
  const passed = warnings.filter(given => given.type === 'unsupported' && given.feature === 'seed');
  check(passed.length === 1, `a leaf's warning was passed on ${passed.length} times, not once`);
}

async function ignoredOptionsBecomeWarnings(subject: Subject): Promise<void> {
  for (const [option, value] of Object.entries(subject.ignored ?? {})) {
    const { warnings } = await fixture(subject).model.doGenerate({
      ...subject.call(5),
      [option]: value,
    });
    const isSaid = warnings.some(given => given.type === 'unsupported' && given.feature === option);
    check(isSaid, `the option \`${option}\` is ignored without a warning`);
  }
}

async function transientFailureIsRetriedAtTheLeaf(subject: Subject): Promise<void> {
  // A wait of nothing, asked for by the server, keeps the exam short.
  const busy = () => apiFailure(429, { headers: { 'retry-after-ms': '0' } });
  const calm = fixture(subject);
  await calm.model.doGenerate(subject.call(6));
  const { model, probes } = fixture(subject, { failure: n => (n === 0 ? busy() : undefined) });
  const answer = await model.doGenerate(subject.call(6));
  check(
    subject.isRight(textOf(answer), 6),
    `after a transient failure the answer is "${clip(textOf(answer))}"`,
  );
  probes.forEach(({ seen }, index) => {
    const usual = calm.probes[index]!.seen.begun;
    const expected = usual === 0 ? 0 : usual + 1;
    check(
      seen.begun === expected,
      `a leaf was called ${seen.begun} times, not ${expected}: the pattern began again`,
    );
  });
}

async function failureIsOneTypedError(subject: Subject): Promise<void> {
  const { model } = fixture(subject, {
    failure: () => apiFailure(401, { message: 'bad key sk-abcdefgh12345678' }),
  });
  const error = await model.doGenerate(subject.call(7)).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  check(
    TandemError.isInstance(error),
    `when every leaf refuses, the pattern ends with ${String(error)}`,
  );
  check(
    error.isRetryable === false,
    'the error is retryable: the SDK would begin the pattern again',
  );
  check(!error.message.includes('sk-abcdefgh'), 'the error shows a key');
}

async function brokenStreamErrors(subject: Subject): Promise<void> {
  const { model } = fixture(subject, {
    breaks: apiFailure(500, { headers: { 'retry-after-ms': '0' } }),
  });
  const { stream } = await model.doStream(subject.call(8));
  const types: string[] = [];
  const error = await readAll(stream, types).catch((thrown: unknown) => thrown);
  check(TandemError.isInstance(error), `a broken stream ended with ${String(error)}`);
  check(!types.includes('error'), 'an error part was sent: the SDK would begin the pattern again');
}

async function abortStopsEveryInnerCall(subject: Subject): Promise<void> {
  const { model, probes } = fixture(subject, { delayMs: () => 1e8 });
  const controller = new AbortController();
  const promise = Promise.resolve(
    model.doGenerate({ ...subject.call(9), abortSignal: controller.signal }),
  );
  await underWay(subject, probes);
  controller.abort();
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  check(
    error === controller.signal.reason,
    `an aborted call ended with ${String(error)}, not the abort's reason`,
  );
  await checkStopped(subject, probes);
}

async function cancelStopsEveryInnerCall(subject: Subject): Promise<void> {
  const { model, probes } = fixture(subject, { delayMs: () => 1e8 });
  const { stream } = await model.doStream(subject.call(10));
  const reader = stream.getReader();
  reader.read().catch(() => {});
  await underWay(subject, probes);
  await reader.cancel();
  await checkStopped(subject, probes);
}

const mostWaitMs = 5_000;

// On a busy machine the first leaf is called late.
async function underWay(subject: Subject, probes: readonly ProbeLeaf[]): Promise<void> {
  const begunMs = performance.now();
  do await pause(subject);
  while (!probes.some(({ seen }) => seen.begun > 0) && performance.now() - begunMs < mostWaitMs);
}

function pause({ settleMs = 20 }: Subject): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, settleMs));
}

async function checkStopped(subject: Subject, probes: readonly ProbeLeaf[]): Promise<void> {
  const begun = () => probes.reduce((sum, { seen }) => sum + seen.begun, 0);
  if (subject.settleMs !== undefined) await pause(subject);
  const before = begun();
  check(before > 0, 'no leaf was called');
  await pause(subject);
  check(begun() === before, `${begun() - before} calls began after the abort`);
  const running = probes.reduce((sum, { seen }) => sum + seen.begun - seen.ended - seen.aborted, 0);
  check(running === 0, `${running} inner calls were not aborted`);
}

async function summaryIsBounded(subject: Subject): Promise<void> {
  const answer: Answer = await fixture(subject).model.doGenerate(subject.call(11));
  const summary = answer.providerMetadata?.tandem as unknown as Summary | undefined;
  check(summary !== undefined, 'providerMetadata.tandem is missing');
  const size = JSON.stringify(summary).length;
  check(size <= 16_384, `the summary has ${size} characters, more than 16,384`);
  check(summary.calls.device + summary.calls.cloud > 0, 'the summary counts no calls');
  check(summary.reason !== '', 'the summary gives no reason');
  check(summary.usageComplete, 'the usage is said to be incomplete although every leaf gave one');
}

async function readAll(stream: ReadableStream<{ type: string }>, types: string[]): Promise<void> {
  for await (const part of stream as unknown as AsyncIterable<{ type: string }>)
    types.push(part.type);
}

function totals(usage: Usage): string {
  return `${usage.inputTokens.total} in, ${usage.outputTokens.total} out`;
}

function clip(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function deepFreeze(value: unknown): void {
  if (
    typeof value !== 'object' ||
    value === null ||
    ArrayBuffer.isView(value) ||
    value instanceof AbortSignal
  )
    return;
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFreeze(inner);
}
