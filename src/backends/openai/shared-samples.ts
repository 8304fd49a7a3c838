import { capabilitiesOf, discover } from '../../model/leaf/model/capabilities.ts';
import { isSample } from '../../model/leaf/sibling-samples.ts';
import type { Answer, Call, LanguageModel, Usage } from '../../model/types.ts';
import { answerOf, isChatResponse } from './chat-answer.ts';

/** Asks for one answer. */
type AskOne = (call: Call) => Promise<Answer>;

interface WaitingSample {
  readonly call: Call;
  readonly resolve: (answer: Answer | Promise<Answer>) => void;
  readonly reject: (error: unknown) => void;
}

const mostAtOnce = 32;

/**
 * Joins samples of one prompt that are asked for at the same time into one request for `n` answers,
 * where the server is known to give them. A server that gives fewer is asked for the rest one by
 * one, and not for several again.
 */
export function sharingSamples(
  model: () => LanguageModel,
  optionsKey: string,
  ask: AskOne,
): AskOne {
  const groups = new Map<string, WaitingSample[]>();
  const names = new WeakMap<AbortSignal, number>();
  let named = 0;
  // Calls under different signals can be aborted one without the other.
  const signalName = (signal: AbortSignal | undefined): number => {
    if (!signal) return 0;
    const name = names.get(signal) ?? ++named;
    names.set(signal, name);
    return name;
  };
  const flush = (key: string) => {
    const group = groups.get(key) ?? [];
    groups.delete(key);
    void askTogether(group, { model: model(), optionsKey, ask });
  };
  return call => {
    if (!isSample(call) || capabilitiesOf(model()).n !== true) return ask(call);
    const { seed: _seed, abortSignal, ...same } = call;
    const key = `${signalName(abortSignal)} ${JSON.stringify(same)}`;
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const group = groups.get(key) ?? [];
    group.push({ call, resolve, reject });
    if (group.length === 1) {
      groups.set(key, group);
      // By then all that were asked for in this turn are here.
      setImmediate(flush, key);
    } else if (group.length === mostAtOnce) flush(key);
    return promise;
  };
}

async function askTogether(
  group: readonly WaitingSample[],
  {
    model,
    optionsKey,
    ask,
  }: { readonly model: LanguageModel; readonly optionsKey: string; readonly ask: AskOne },
): Promise<void> {
  const [first] = group;
  if (!first) return;
  if (group.length === 1) return first.resolve(ask(first.call));
  try {
    const answers = answersIn(
      await ask(forSeveral(first.call, optionsKey, group.length)),
      optionsKey,
    );
    if (answers.length < group.length) discover(model, { n: false });
    for (const [index, { call, resolve }] of group.entries()) resolve(answers[index] ?? ask(call));
  } catch (error) {
    for (const { reject } of group) reject(error);
  }
}

function forSeveral(call: Call, optionsKey: string, n: number): Call {
  const own = { ...call.providerOptions?.[optionsKey], n };
  return { ...call, providerOptions: { ...call.providerOptions, [optionsKey]: own } };
}

// The counts are of all answers together: the prompt was read once, the output is parted by length.
function answersIn(answer: Answer, optionsKey: string): Answer[] {
  const body = answer.response?.body as { choices?: readonly unknown[] } | undefined;
  const bodies = (body?.choices ?? []).map(choice => ({ ...body, choices: [choice] }));
  const read = bodies.flatMap(each =>
    isChatResponse(each) ? [answerOf(each, { key: optionsKey })] : [],
  );
  if (read.length < 2) return [answer];
  const lengths = read.map(({ content }) => JSON.stringify(content).length);
  return read.map((each, index) => ({
    ...answer,
    ...each,
    usage: shareOf(answer.usage, lengths, index),
  }));
}

function shareOf(
  { inputTokens, outputTokens, raw }: Usage,
  lengths: readonly number[],
  index: number,
): Usage {
  const whole = lengths.reduce((sum, length) => sum + length, 0);
  const before = lengths.slice(0, index).reduce((sum, length) => sum + length, 0);
  const part = (tokens: number | undefined) =>
    tokens === undefined
      ? undefined
      : Math.round((tokens * (before + lengths[index]!)) / whole) -
        Math.round((tokens * before) / whole);
  const output = { total: part(outputTokens.total), text: part(outputTokens.text) };
  const reasoning = part(outputTokens.reasoning);
  if (index === 0)
    return { inputTokens, outputTokens: { ...output, reasoning }, ...(raw && { raw }) };
  const none = (tokens: number | undefined) => (tokens === undefined ? undefined : 0);
  const { total, noCache, cacheRead } = inputTokens;
  const input = {
    total: none(total),
    noCache: none(noCache),
    cacheRead: none(cacheRead),
    cacheWrite: undefined,
  };
  return { inputTokens: input, outputTokens: { ...output, reasoning } };
}
