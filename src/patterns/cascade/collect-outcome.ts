import type { OutcomeRow } from '../../eval/outcomes/outcome-log.ts';
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
 */
export async function collectOutcome(
  request: OutcomeRequest,
  options: CollectOptions,
): Promise<UnjudgedRow> {
  const { local, cloud } = options;
  const call = options.callOf?.(request) ?? userCall(request.prompt);
  const sink = memorySink(1);
  const asked: { draft?: Answer; answer?: Answer; signals: Record<string, number> } = {
    signals: {},
  };
  const observe = definePattern({
    name: 'outcomes',
    models: [local, cloud],
    async generate(given, ask) {
      asked.draft = await draftWithSignals(given, { ask, options, signals: asked.signals });
      asked.answer = await ask(cloud, given, { name: 'answer' });
      return settle(asked.answer, { reason: 'both models were asked', answeredBy: cloud });
    },
  });
  const settings = options.run ?? {};
  const joined = settings.sink ? joinSinks(sink, settings.sink) : sink;
  await run({ ...settings, sink: joined }, async () => observe.doGenerate(call));
  const leaves = leavesOf(sink.runs[0]!.root);
  const isAnswer = ({ name }: Span) => name === 'answer';
  const draft = leaves.find(({ name }) => name === 'draft');
  return {
    ...request,
    local: {
      ...outcomeOf(
        local,
        asked.draft!,
        leaves.filter(leaf => !isAnswer(leaf)),
      ),
      ...(options.timed !== false &&
        draft?.durationMs !== undefined && { latencyMs: Math.round(draft.durationMs) }),
      signals: asked.signals,
    },
    cloud: outcomeOf(cloud, asked.answer!, leaves.filter(isAnswer)),
  };
}

async function draftWithSignals(
  call: Call,
  {
    ask,
    options,
    signals,
  }: {
    readonly ask: Ask;
    readonly options: CollectOptions;
    readonly signals: Record<string, number>;
  },
): Promise<Answer> {
  const { local, own = {} } = options;
  const wanted = options.signals.map(name => [name, signalOf(name, own)] as const);
  const needsLogprobs = wanted.some(([, { needsLogprobs: needs }]) => needs === true);
  const answer = await ask(local, needsLogprobs ? withLogprobs(call) : call, { name: 'draft' });
  const measured = await measureAll(wanted, { call, answer, local, ask });
  for (const [name, value] of Object.entries(measured))
    if (value !== undefined) signals[name] = value;
  return answer;
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
