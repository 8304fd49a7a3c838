import { exactGrader } from '../../../src/entries/eval.ts';
import {
  type Answer,
  type Call,
  type LanguageModel,
  type RunOptions,
  run,
  type StreamPart,
  summaryOf,
  TandemError,
  textOf,
} from '../../../src/index.ts';
import type { Catalogue } from '../catalogue.ts';
import type { Audit } from '../exchange.ts';
import { decisionOf } from '../work/decision.ts';
import { type Observation, type ObservedReport, openTally } from './observed-report.ts';

/** Looks on while others answer, and works out what a pattern would have done. */
export interface Observer {
  /** Wraps the model of a request, so that its question and answer are seen as they pass. */
  watch(model: LanguageModel, settings: RunOptions): Watched;
  report(): ObservedReport;
}

/** A request that is looked on at. */
export interface Watched {
  readonly model: LanguageModel;
  /** The request has been answered, and this is what it came to. */
  ended(audit: Audit): void;
}

/** The model of an observed pattern, as it is configured now. @throws TandemError `unknown_name` */
export function patternNamed({ served }: Catalogue, name: string): LanguageModel {
  const found = served.get(name);
  if (found?.kind === 'pattern') return found.model;
  const names = [...served.values()].filter(({ kind }) => kind === 'pattern');
  throw new TandemError(
    'unknown_name',
    `What is to be observed is "${name}", which is no pattern here. There are ` +
      `${names.map(each => each.name).join(', ')}. Name one of them.`,
    { data: { name } },
  );
}

interface Seen {
  call?: Call;
  text?: string;
}

// One at a time, so that traffic is not slowed; what comes faster is counted as left out.
const mostWaiting = 32;

/**
 * Opens an observer of a pattern. A router's decision asks nobody. A cascade decides by a draft:
 * it, and the answer of a request that would have stayed, are made by models on this device, in a
 * run that may ask no other; so nothing more is paid, and nothing leaves.
 */
export function openObserver(name: string, pattern: () => LanguageModel): Observer {
  const tally = openTally(name);
  let waiting = 0;
  let last: Promise<void> = Promise.resolve();
  const observe = (seen: Required<Seen>, settings: RunOptions, audit: Audit) => {
    if (waiting >= mostWaiting) return tally.leaveOut();
    waiting++;
    last = last
      .then(() => observed(pattern(), seen, settings))
      .then(found => tally.take(found, audit))
      .catch(() => tally.fail())
      .finally(() => waiting--);
  };
  return {
    watch(model, settings) {
      const seen: Seen = {};
      return {
        model: watching(model, seen),
        ended(audit) {
          const { call, text } = seen;
          if (call && text !== undefined && audit.model !== name)
            observe({ call, text }, settings, audit);
        },
      };
    },
    report: tally.report,
  };
}

// A pattern is asked as it is: nothing reads this object but the two calls.
function watching(model: LanguageModel, seen: Seen): LanguageModel {
  return {
    specificationVersion: 'v4',
    provider: model.provider,
    modelId: model.modelId,
    supportedUrls: model.supportedUrls,
    async doGenerate(call) {
      const answer = await model.doGenerate(call);
      Object.assign(seen, { call, text: textOf(answer as Answer) });
      return answer;
    },
    async doStream(call) {
      const { stream, ...rest } = await model.doStream(call);
      let text = '';
      const passed = stream.pipeThrough(
        new TransformStream<StreamPart, StreamPart>({
          transform(part, controller) {
            if (part.type === 'text-delta') text += part.delta;
            if (part.type === 'finish') Object.assign(seen, { call, text });
            controller.enqueue(part);
          },
        }),
      );
      return { ...rest, stream: passed };
    },
  };
}

const longestMs = 120_000;
// Two long texts are hardly ever equal, whoever is right.
const mostCompared = 100;
const grade = exactGrader();

async function observed(
  model: LanguageModel,
  { call, text }: Required<Seen>,
  settings: RunOptions,
): Promise<Observation> {
  const { prices, localPrice, networkHosts, masker } = settings;
  const limits = {
    ...(prices && { prices }),
    ...(localPrice && { localPrice }),
    ...(networkHosts && { networkHosts }),
    ...(masker && { masker }),
    deadlineMs: longestMs,
  };
  const { abortSignal: _, ...asked } = call;
  const signal = AbortSignal.timeout(longestMs);
  const mode = settings.mode ?? 'cloud-allowed';
  const decision = await decisionOf({ model, call: asked, settings: { ...limits, mode }, signal });
  if (decision.decided && decision.place === 'cloud') return { to: 'cloud' };
  const answer = await run({ ...limits, mode: 'local-only' }, async () =>
    model.doGenerate({ ...asked, abortSignal: signal }),
  );
  if (summaryOf(answer)?.degraded) return { to: 'cloud' };
  const isComparable = text.trim() !== '' && text.length <= mostCompared;
  const isSame = isComparable
    ? (await grade({ prompt: '', answer: textOf(answer), reference: text })) === 1
    : undefined;
  return { to: 'local', ...(isSame !== undefined && { isSame }) };
}
