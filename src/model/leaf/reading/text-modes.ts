import { isJson } from '../../../algorithms/text/json-in.ts';
import { stopCutter } from '../../../algorithms/text/stop-cutter.ts';
import { callWatcher } from '../../../algorithms/text/written/call-watcher.ts';
import { jsonWriter } from '../../../algorithms/text/written/json-writer.ts';
import { writtenCalls } from '../../../algorithms/text/written/written-calls.ts';
import type { ToolCall } from '../../types.ts';
import { callableTools, madeCalls, objectWish, type ReadFor, stopsOf } from './reading.ts';
import { wantedObject } from './wanted-object.ts';

/** What the end of a text brings. */
export interface TextEnd {
  readonly text: string;
  readonly calls: readonly ToolCall[];
  /** Whether an object, or each call, is whole, whatever the server says of the end. */
  readonly isWhole: boolean;
}

/** How a growing text is shown: what may be a call, or is no clean object, waits. */
export interface TextMode {
  add(piece: string): string;
  end(): TextEnd;
}

/** Chooses how the text of an answer is shown, by what its call wants. */
export function textMode(about: ReadFor): TextMode {
  const tools = callableTools(about.call);
  const wish = objectWish(about);
  if (wish && (tools.length > 0 || wish.isUnbound)) return heldText(about);
  if (wish) return objectText(about, wish.format);
  if (tools.length > 0) return callText(about);
  const stops = stopsOf(about);
  return stops.length > 0 ? stoppedText(stops) : plainText;
}

// A line break before the first word ends nothing.
function stoppedText(stops: readonly string[]): TextMode {
  const cutter = stopCutter({ before: stops, after: undefined });
  let hasBegun = false;
  return {
    add(piece) {
      const said = hasBegun ? piece : piece.trimStart();
      hasBegun ||= said !== '';
      return piece.slice(0, piece.length - said.length) + cutter.add(said);
    },
    end: () => ({ text: cutter.rest(), calls: [], isWhole: cutter.isStopped }),
  };
}

const plainText: TextMode = {
  add: piece => piece,
  end: () => ({ text: '', calls: [], isWhole: false }),
};

// Read as a whole answer is.
function heldText(about: ReadFor): TextMode {
  let held = '';
  return {
    add(piece) {
      held += piece;
      return '';
    },
    end: () => readWhole(held, about),
  };
}

function readWhole(text: string, about: ReadFor): TextEnd {
  const tools = callableTools(about.call);
  const wish = objectWish(about);
  const written = tools.length > 0 ? writtenCalls(text, tools) : undefined;
  const isCall = written !== undefined && !written.isFaulty;
  if (isCall) return { text: written.before, calls: madeCalls(written), isWhole: true };
  const object = wish && wantedObject(text, wish.format);
  if (object !== undefined) return { text: object, calls: [], isWhole: true };
  if (!written || (wish && isJson(text))) return { text, calls: [], isWhole: false };
  return { text: written.before, calls: madeCalls(written), isWhole: false };
}

function callText(about: ReadFor): TextMode {
  const watcher = callWatcher(callableTools(about.call).map(({ name }) => name));
  let whole = '';
  let shown = '';
  return {
    add(piece) {
      whole += piece;
      const text = watcher.add(piece);
      shown += text;
      return text;
    },
    end() {
      const rest = watcher.rest();
      const read = rest === '' ? undefined : readWhole(whole, about);
      if (!read || read.calls.length === 0) return { text: rest, calls: [], isWhole: false };
      const lead = shown.length - shown.trimStart().length;
      return { ...read, text: read.text.slice(Math.max(0, shown.length - lead)) };
    },
  };
}

type ObjectFormat = NonNullable<ReturnType<typeof objectWish>>['format'];

// What begins as an object is shown as it comes, cleaned on the way.
function objectText(about: ReadFor, { schema }: ObjectFormat): TextMode {
  const begins = schema?.type === 'object' ? /^\{/ : /^[{[]/;
  const writer = jsonWriter();
  let held = '';
  let isLive: boolean | undefined;
  const live = (piece: string) => {
    const before = writer.read;
    if (writer.state !== 'open') return writer.state === 'broken' ? piece : '';
    const clean = writer.add(piece);
    // What is no JSON after all is shown as it came.
    return isBroken(writer) ? clean + piece.slice(writer.read - before - 1) : clean;
  };
  return {
    add(piece) {
      if (isLive) return live(piece);
      held += piece;
      const begun = held.trimStart();
      if (isLive === undefined && begun !== '') isLive = begins.test(begun);
      return isLive ? live(begun) : '';
    },
    end() {
      if (isLive) return { text: '', calls: [], isWhole: writer.state === 'done' };
      return readWhole(held, about);
    },
  };
}

// Apart, since the compiler does not see that the state has changed meanwhile.
function isBroken({ state }: { readonly state: string }): boolean {
  return state === 'broken';
}
