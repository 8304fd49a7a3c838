import type { OutcomeRow } from '../../eval/outcomes/outcome-log.ts';
import type { Decoding } from '../../eval/saved-forms.ts';
import { textOf, userCall } from '../../model/answer.ts';
import { addUsd } from '../../model/leaf/cost/prices.ts';
import { withLogprobs } from '../../model/leaf/logprobs.ts';
import type { Ask } from '../../model/pattern/ask.ts';
import { definePattern, settle } from '../../model/pattern/define-pattern.ts';
import type { RunOptions } from '../../model/run/scope.ts';
import { run } from '../../model/run/scope-life.ts';
import type { Answer, Call, LanguageModel } from '../../model/types.ts';
import { joinSinks, memorySink } from '../../trace/sink.ts';
import { leavesOf, type Span } from '../../trace/span.ts';
import { measureAll, signalOf } from './calibrated.ts';
import type { SignalByName } from './signal.ts';

/** A request to be asked of both models. */
export interface OutcomeRequest {
  readonly id: string;
  readonly prompt: string;
  readonly group?: string | undefined;
  readonly split?: string | undefined;
  /** The right answer, where it is known. */
  readonly reference?: string | undefined;
}

/** How outcomes are collected. */
export interface CollectOptions {
  readonly local: LanguageModel;
  readonly cloud: LanguageModel;
  /** Names of the signals that are measured of the local answer; see `signalByName`. */
  readonly signals: readonly string[];
  /** Signals of your own. */
  readonly own?: SignalByName;
  /** Makes the call of a request. Default: one user message. */
  readonly callOf?: (request: OutcomeRequest) => Call;
  /**
   * How the run is made: budget, prices, journal. A call that the journal knows is not made again.
   */
  readonly run?: RunOptions;
  /** Whether the time of the local answer is noted. Default: true. */
  readonly timed?: boolean;
}

/** A row of an outcome log whose answers nobody has judged yet. */
export type UnjudgedRow = Omit<OutcomeRow, 'local' | 'cloud'> & {
  readonly local: Omit<OutcomeRow['local'], 'correct'>;
  readonly cloud: Omit<OutcomeRow['cloud'], 'correct'>;
};

/**
 * Asks both models a request, measures the signals of the local answer, and notes what each cost:
 * the row of an outcome log but for who is right. @throws TandemError
 * @example
 * ```ts
 * const request = { id: '1', prompt: 'What is 2 + 2?' };
 * const signals = ['minProbability'];
 * const row = await collectOutcome(request, { local, cloud, signals });
 * ```
 */
export async function collectOutcome(
  request: OutcomeRequest,
  options: CollectOptions,
): Promise<UnjudgedRow> {
  const { local, cloud } = options;
  const call = callOf(request, options);
  const asked = await observed([local, cloud], { call, options }, async (given, ask) => {
    const draft = await draftWithSignals(given, { ask, options });
    return { draft, answer: await ask(cloud, given, { name: 'answer' }) };
  });
  return {
    ...request,
    decoding: decodingOf(call),
    local: draftOutcome(asked.said.draft, asked.leaves, options),
    cloud: answerOutcome(asked.said.answer, asked.leaves, options),
  };
}

/**
 * Asks the local model alone, and measures the signals of its answer: one half of an outcome, which
 * may be kept before the other is asked for. @throws TandemError
 * @example
 * ```ts
 * const request = { id: '1', prompt: 'What is 2 + 2?' };
 * const signals = ['minProbability'];
 * const localSide = await collectDraft(request, { local, cloud, signals });
 * ```
 */
export async function collectDraft(
  request: OutcomeRequest,
  options: CollectOptions,
): Promise<UnjudgedRow['local']> {
  const call = callOf(request, options);
  const { said, leaves } = await observed([options.local], { call, options }, (given, ask) =>
    draftWithSignals(given, { ask, options }),
  );
  return draftOutcome(said, leaves, options);
}

/**
 * Asks the cloud model alone: the other half of an outcome. @throws TandemError
 * @example
 * ```ts
 * const request = { id: '1', prompt: 'What is 2 + 2?' };
 * const signals = ['minProbability'];
 * const cloudSide = await collectAnswer(request, { local, cloud, signals });
 * ```
 */
export async function collectAnswer(
  request: OutcomeRequest,
  options: CollectOptions,
): Promise<UnjudgedRow['cloud']> {
  const { cloud } = options;
  const call = callOf(request, options);
  const { said, leaves } = await observed([cloud], { call, options }, async (given, ask) => ({
    answer: await ask(cloud, given, { name: 'answer' }),
  }));
  return answerOutcome(said.answer, leaves, options);
}

function callOf(request: OutcomeRequest, options: CollectOptions): Call {
  return options.callOf?.(request) ?? userCall(request.prompt);
}

function decodingOf({ temperature, maxOutputTokens }: Call): Decoding {
  return {
    ...(temperature !== undefined && { temperature }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
  };
}

/**
 * Lets models be asked in a run, the last of which gives its answer, and gives what they said with
 * the calls that it took.
 */
async function observed<Said extends { readonly answer: Answer }>(
  models: readonly LanguageModel[],
  { call, options }: { readonly call: Call; readonly options: CollectOptions },
  work: (call: Call, ask: Ask) => Promise<Said>,
): Promise<{ said: Said; leaves: readonly Span[] }> {
  const sink = memorySink(1);
  const heard: Said[] = [];
  const observe = definePattern({
    name: 'outcomes',
    models,
    async generate(given, ask) {
      const said = await work(given, ask);
      heard.push(said);
      const answeredBy = models.at(-1);
      return settle(said.answer, {
        reason: 'asked for an outcome log',
        ...(answeredBy && { answeredBy }),
      });
    },
  });
  const settings = options.run ?? {};
  const joined = settings.sink ? joinSinks(sink, settings.sink) : sink;
  await run({ ...settings, sink: joined }, async () => observe.doGenerate(call));
  return { said: heard[0]!, leaves: leavesOf(sink.runs[0]!.root) };
}

interface SignalledDraft {
  readonly answer: Answer;
  readonly signals: Readonly<Record<string, number>>;
}

const isAnswer = ({ name }: Span) => name === 'answer';

function draftOutcome(
  { answer, signals }: SignalledDraft,
  leaves: readonly Span[],
  { local, timed }: CollectOptions,
): UnjudgedRow['local'] {
  const durationMs = leaves.find(({ name }) => name === 'draft')?.durationMs;
  return {
    ...outcomeOf(
      local,
      answer,
      leaves.filter(leaf => !isAnswer(leaf)),
    ),
    ...(timed !== false && durationMs !== undefined && { latencyMs: Math.round(durationMs) }),
    signals,
  };
}

function answerOutcome(
  answer: Answer,
  leaves: readonly Span[],
  { cloud }: CollectOptions,
): UnjudgedRow['cloud'] {
  return outcomeOf(cloud, answer, leaves.filter(isAnswer));
}

async function draftWithSignals(
  call: Call,
  { ask, options }: { readonly ask: Ask; readonly options: CollectOptions },
): Promise<SignalledDraft> {
  const { local, own = {} } = options;
  const wanted = options.signals.map(name => [name, signalOf(name, own)] as const);
  const needsLogprobs = wanted.some(([, { needsLogprobs: needs }]) => needs === true);
  const answer = await ask(local, needsLogprobs ? withLogprobs(call) : call, { name: 'draft' });
  const measured = await measureAll(wanted, { call, answer, local, ask });
  const signals: Record<string, number> = {};
  for (const [name, value] of Object.entries(measured))
    if (value !== undefined) signals[name] = value;
  return { answer, signals };
}

// Samples and checks belong to the draft: they are made for every request.
function outcomeOf(model: LanguageModel, answer: Answer, leaves: readonly Span[]) {
  const costUsd = addUsd(...leaves.map(leaf => leaf.costUsd));
  const { inputTokens, outputTokens } = answer.usage;
  return {
    model: model.modelId,
    answer: textOf(answer),
    ...(inputTokens.total !== undefined && { inputTokens: inputTokens.total }),
    ...(outputTokens.total !== undefined && { outputTokens: outputTokens.total }),
    ...(costUsd !== 'unknown' && { costUsd }),
  };
}
