import { unionOf } from '../../../algorithms/personal/spans.ts';
import { anyOf } from '../../../algorithms/text/any-of.ts';
import { inSlices } from '../../border/in-slices.ts';
import { TandemError } from '../../errors.ts';
import type { MaskedSpan, Masker } from '../../run/ports.ts';
import type { Call } from '../../types.ts';
import { mapTexts, type TextMap } from './map-texts.ts';
import { type Placeholders, placeholderPattern } from './placeholders.ts';
import { masksNothing } from './text-file.ts';
import { readableInputs, writtenAsMasked } from './written-calls.ts';

/** A call as it may leave, with the placeholders that stand in it. */
export interface MaskedCall {
  readonly call: Call;
  /** Those sent in this very call: only they are restored in its answer. */
  readonly sent: ReadonlySet<string>;
}

/**
 * Masks all text of a call: prompt, tools, schemas, names, ids, keys and numbers. Headers are
 * dropped, and a file that cannot be read as text is denied, since nothing can be known of it. What
 * was found in one place is masked wherever it stands.
 * @throws TandemError `egress_denied`, also when the masker fails or takes too long
 */
export async function maskCall(
  given: Call,
  masker: Masker,
  placeholders: Placeholders,
): Promise<MaskedCall> {
  await placeholders.ready();
  const call = readableInputs(given);
  const sent = new Set<string>();
  try {
    const units: TextUnit[] = [];
    mapTexts(call, collecting(units));
    const spans = await spansOf(units, masker, call.abortSignal);
    const known = knownValues(units, spans, placeholders);
    const placed = (value: string, kind: string) => {
      const placeholder = placeholders.placeholderOf(value, kind);
      sent.add(placeholder);
      return placeholder;
    };
    const safe: (readonly string[])[] = [];
    for (const [at, { texts }] of units.entries()) {
      const written: string[] = [];
      for (const [index, text] of texts.entries())
        written.push(await inSlices(writing(text, { found: spans[at]![index]!, known, placed })));
      safe.push(written);
    }
    let at = 0;
    const masked = mapTexts(call, { one: () => safe[at++]![0]!, row: () => safe[at++]! });
    return { call: writtenAsMasked(call, masked), sent };
  } catch (error) {
    if (TandemError.isInstance(error) || call.abortSignal?.aborted) throw error;
    throw masksNothing('The detector of personal data failed.', error);
  }
}

/** What is looked at together: one text beside its name, or texts that follow each other. */
interface TextUnit {
  readonly texts: readonly string[];
  readonly isSaid: boolean;
  readonly beside: string | undefined;
}

// For each text of a unit its spans.
type FoundSpans = readonly MaskedSpan[][];

function collecting(units: TextUnit[]): TextMap {
  return {
    one(text, beside) {
      units.push({ texts: [text], isSaid: false, beside });
      return text;
    },
    row(texts) {
      units.push({ texts, isSaid: true, beside: undefined });
      return texts;
    },
  };
}

async function spansOf(
  units: readonly TextUnit[],
  masker: Masker,
  signal: AbortSignal | undefined,
): Promise<FoundSpans[]> {
  using limit = limitOf(masker.timeoutMs ?? 2000, signal);
  const known = new Map<string, readonly MaskedSpan[]>();
  const find = async (text: string): Promise<readonly MaskedSpan[]> => {
    if (text === '') return [];
    const before = known.get(text);
    if (before) return before;
    const found = checked(
      await limit.within(() => masker.find(text, { signal: limit.signal })),
      text,
    );
    known.set(text, found);
    return found;
  };
  const all: FoundSpans[] = [];
  for (const { texts, beside } of units) {
    const found: MaskedSpan[][] = [];
    for (const text of texts) found.push(await besideIts(text, beside, find));
    all.push(found);
  }
  await addOverJoints(units, all, find);
  return all;
}

type Find = (text: string) => Promise<readonly MaskedSpan[]>;

const longestNamed = 400;

// A short text is read beside the name of its field, which may say what it is.
async function besideIts(text: string, beside: string | undefined, find: Find) {
  const own = [...(await find(text))];
  if (beside === undefined || text.length > longestNamed || beside.length > longestNamed)
    return own;
  if (!/\d|pass|secret|key|token/i.test(text + beside)) return own;
  const head = `${beside.replace(/([a-z])([A-Z])/g, '$1 $2')}: `;
  const named = (await find(head + text)).filter(({ end }) => end > head.length);
  return [
    ...own,
    ...named.map(({ start, end, kind }) => ({
      start: Math.max(0, start - head.length),
      end: end - head.length,
      kind,
    })),
  ];
}

// So much on either side of a joint is read once more, in one piece.
const besideJoint = 256;

// A value may begin in one text and end in the next: in parts that follow each other, and where a
// message ends without a space and the next begins without one.
async function addOverJoints(
  units: readonly TextUnit[],
  all: readonly FoundSpans[],
  find: Find,
): Promise<void> {
  const places = units.flatMap(({ texts, isSaid }, unit) =>
    isSaid ? texts.map((text, inside) => ({ text, spans: all[unit]![inside]!, unit })) : [],
  );
  for (let at = 1; at < places.length; at++) {
    const [left, right] = [places[at - 1]!, places[at]!];
    const isOneWord = /\S$/.test(left.text.slice(-1)) && /^\S/.test(right.text.slice(0, 1));
    if (left.unit !== right.unit && !isOneWord) continue;
    const head = left.text.slice(-besideJoint);
    const cut = left.text.length - head.length;
    for (const { start, end, kind } of await find(head + right.text.slice(0, besideJoint))) {
      if (start >= head.length || end <= head.length) continue;
      left.spans.push({ start: cut + start, end: left.text.length, kind });
      right.spans.push({ start: 0, end: end - head.length, kind });
    }
  }
}

function checked(spans: readonly MaskedSpan[], text: string): readonly MaskedSpan[] {
  for (const { start, end } of spans) {
    if (
      Number.isInteger(start) &&
      Number.isInteger(end) &&
      start >= 0 &&
      start <= end &&
      end <= text.length
    )
      continue;
    throw masksNothing(
      `A detector of personal data found something from ${start} to ${end} in a text of ` +
        `${text.length} characters.`,
    );
  }
  return spans.filter(({ start, end }) => end > start);
}

// Shorter ones stand in too many places where they mean something else.
const shortestKnown = 6;
const mostKnown = 500;

// Finds values that are known from elsewhere in the call or the run, where nothing says what they
// are.
function knownValues(
  units: readonly TextUnit[],
  all: readonly FoundSpans[],
  placeholders: Placeholders,
) {
  const kindByValue = new Map<string, string>(placeholders.known(mostKnown));
  for (const [index, { texts }] of units.entries()) {
    for (const [inside, spans] of all[index]!.entries())
      for (const { start, end, kind } of spans)
        if (kindByValue.size < mostKnown) kindByValue.set(texts[inside]!.slice(start, end), kind);
  }
  const find = anyOf([...kindByValue.keys()].filter(value => value.length >= shortestKnown));
  return function* known(text: string): Generator<void, MaskedSpan[]> {
    const places = yield* find(text);
    return places.map(({ at, value }) => {
      return { start: at, end: at + value.length, kind: kindByValue.get(value)! };
    });
  };
}

interface MaskedWriting {
  readonly found: readonly MaskedSpan[];
  readonly known: (text: string) => Generator<void, MaskedSpan[]>;
  readonly placed: (value: string, kind: string) => string;
}

// So many placeholders are made in a few milliseconds.
const manyPlaced = 256;

function* writing(text: string, { found, known, placed }: MaskedWriting): Generator<void, string> {
  const spans = [...found, ...(yield* known(text))];
  // Look-alikes in the input are masked too: else an answer could not tell them from ours.
  const lookalikes = [...text.matchAll(placeholderPattern)].map(({ index, 0: found }) => ({
    start: index,
    end: index + found.length,
    kind: 'TEXT',
  }));
  let masked = '';
  let at = 0;
  for (const [index, { start, end, kind }] of unionOf([...spans, ...lookalikes]).entries()) {
    if (index % manyPlaced === manyPlaced - 1) yield;
    masked += text.slice(at, start) + placed(text.slice(start, end), kind);
    at = end;
  }
  return masked + text.slice(at);
}

interface Limit extends Disposable {
  readonly signal: AbortSignal;
  /** Does a piece of work, and lets others in when so much was done at one stretch. */
  within<T>(work: () => T | PromiseLike<T>): Promise<T>;
}

// The event loop is let in after so many milliseconds of work at one stretch.
const stretchMs = 8;

// Ends what takes longer than it may, and what nobody waits for any more. What counts is the time
// of this call's own work, not that of others while they have the process.
function limitOf(milliseconds: number, signal: AbortSignal | undefined): Limit {
  const controller = new AbortController();
  const late = () => masksNothing('The detector of personal data took too long.');
  const stop = () => controller.abort(signal?.reason);
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  let spent = 0;
  let stretch = 0;
  return {
    signal: controller.signal,
    async within(work) {
      controller.signal.throwIfAborted();
      const begun = performance.now();
      const result = work();
      const took = performance.now() - begun;
      stretch += took;
      spent += took;
      if (spent > milliseconds) throw late();
      if (isThenable(result)) {
        const waited = performance.now();
        const value = await inTime(Promise.resolve(result), {
          milliseconds: milliseconds - spent,
          controller,
          late,
        });
        spent += performance.now() - waited;
        stretch = 0;
        return value;
      }
      if (stretch > stretchMs) {
        stretch = 0;
        await new Promise(resolve => setImmediate(resolve));
      }
      return result;
    },
    [Symbol.dispose]: () => signal?.removeEventListener('abort', stop),
  };
}

function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as Partial<PromiseLike<T>>)?.then === 'function';
}

interface InTime {
  readonly milliseconds: number;
  readonly controller: AbortController;
  readonly late: () => Error;
}

async function inTime<T>(work: Promise<T>, { milliseconds, controller, late }: InTime): Promise<T> {
  const { signal } = controller;
  const timer = setTimeout(() => controller.abort(late()), milliseconds);
  let stop = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}
