import { isJson } from '../../../algorithms/text/json-in.ts';
import { thinkingEnd } from '../../../algorithms/text/written/tags.ts';
import { isPlain, stretchesOf } from '../../../algorithms/text/written/thinking.ts';
import { writtenCalls } from '../../../algorithms/text/written/written-calls.ts';
import type { Answer, Content, FinishReason } from '../../types.ts';
import { logprobMetadata, logprobsOf } from '../logprobs.ts';
import { wishesOneCall } from '../wishes.ts';
import { keptLogprobs, type TextRange } from './kept-logprobs.ts';
import {
  askedTags,
  callableTools,
  madeCalls,
  noteHidden,
  objectWish,
  type ReadFor,
  stopsOf,
  thoughtCalls,
  toldOneCall,
} from './reading.ts';
import { closedObject, wantedObject } from './wanted-object.ts';

/**
 * Reads what a model wrote for what it is: thinking becomes reasoning, tokens of templates go, a
 * wanted object is clean JSON, a tool call that was written as text is one. A call that names no
 * tool, or does not fit it, becomes one too: it is no text for a reader, and whoever checks calls
 * finds what is wrong with it.
 */
export function readAnswer(answer: Answer, about: ReadFor): Answer {
  const read = readContent(answer, about);
  if (!wishesOneCall(about.call)) return read;
  const isTold = toldOneCall.of(about.model) === true && answer.content.some(isCall);
  return isTold ? read : withFirstCall(read);
}

// Most local servers know no such wish, and no model that writes its calls as text does.
function withFirstCall(answer: Answer): Answer {
  const first = answer.content.find(isCall);
  const content = answer.content.filter(part => part.type !== 'tool-call' || part === first);
  return content.length === answer.content.length ? answer : { ...answer, content };
}

function isCall({ type }: Content): boolean {
  return type === 'tool-call';
}

function readContent(answer: Answer, about: ReadFor): Answer {
  const parted = withoutThoughts(answer, about);
  const text = textIn(parted.content);
  const tools = callableTools(about.call);
  const written = tools.length > 0 ? writtenCalls(text, tools) : undefined;
  if (parted.content.some(isCall)) return called(parted, written?.before);
  if (text.trim() === '' && parted.finishReason.unified === 'stop')
    return withThought(parted, about);
  const wish = objectWish(about);
  const object =
    wish && !(written && !written.isFaulty)
      ? (wantedObject(text, wish.format) ?? closedObject(parted, text, wish.format))
      : undefined;
  if (object !== undefined) return withText(ended(parted, 'stop', object), object);
  if (!written || (wish && isJson(text))) return stopped(parted, text, stopsOf(about));
  const calls = madeCalls(written);
  const said = written.before === '' ? [] : [{ type: 'text' as const, text: written.before }];
  const others = parted.content.filter(({ type }) => type !== 'text');
  const made = { ...parted, content: [...others, ...said, ...calls] };
  return written.isFaulty && parted.finishReason.unified === 'length'
    ? made
    : ended(made, 'tool-calls');
}

function stopped(answer: Answer, text: string, stops: readonly string[]): Answer {
  const lead = text.length - text.trimStart().length;
  const ends = stops.map(stop => (stop === '' ? -1 : text.indexOf(stop, lead)));
  const end = Math.min(...ends.filter(at => at >= 0), text.length);
  return end === text.length ? answer : withText(ended(answer, 'stop'), text.slice(0, end));
}

// Some servers leave in the text what they have read as a call.
function called(answer: Answer, before: string | undefined): Answer {
  const made = before === undefined ? answer : withText(answer, before);
  return answer.finishReason.unified === 'length' ? made : ended(made, 'tool-calls');
}

function withThought(answer: Answer, { call }: ReadFor): Answer {
  const thought = answer.content.map(part => (part.type === 'reasoning' ? part.text : '')).join('');
  const calls = thoughtCalls(thought, call);
  if (calls.length === 0) return answer;
  return ended({ ...answer, content: [...answer.content, ...calls] }, 'tool-calls');
}

// An object that is whole, or a call, is not cut by what came behind it.
function ended(answer: Answer, unified: FinishReason['unified'], object?: string): Answer {
  const { finishReason } = answer;
  if (object !== undefined && finishReason.unified !== 'length') return answer;
  if (finishReason.unified === unified) return answer;
  const isKept = finishReason.unified === 'content-filter' || finishReason.unified === 'error';
  return isKept ? answer : { ...answer, finishReason: { unified, raw: finishReason.raw } };
}

function withText(answer: Answer, text: string): Answer {
  const at = answer.content.findIndex(({ type }) => type === 'text');
  const content = answer.content.filter(({ type }, index) => type !== 'text' || index === at);
  return {
    ...answer,
    content: content.map(part => (part.type === 'text' ? { ...part, text } : part)),
  };
}

function withoutThoughts(answer: Answer, { call, model }: ReadFor): Answer {
  if (answer.content.every(part => part.type !== 'text' || isPlain(part.text))) return answer;
  const spans: TextRange[] = [];
  let raw = '';
  let isChanged = false;
  const content = answer.content.flatMap((part): Content[] => {
    if (part.type !== 'text') return [part];
    const stretches = stretchesOf(part.text, askedTags(call));
    for (const { kind, text, start } of stretches) {
      const from = raw.length + start;
      if (kind === 'text') spans.push({ start: from, end: from + text.length });
    }
    raw += part.text;
    const isSame =
      stretches.length === 1 && stretches[0]?.text === part.text && stretches[0].kind === 'text';
    if (isSame || part.text === '') return [part];
    isChanged = true;
    noteWhere(part.text, stretches, model);
    return partsOf(part, stretches);
  });
  if (!isChanged) return answer;
  return { ...answer, content, ...metadataOf(answer, raw, spans) };
}

type Stretches = ReturnType<typeof stretchesOf>;

function noteWhere(text: string, [first]: Stretches, model: ReadFor['model']): void {
  const isHidden = first?.kind === 'reasoning' && first.start === 0 && thinkingEnd(text, 0, false);
  if (isHidden && !/^\s*</.test(text)) noteHidden(model);
}

function partsOf(part: Extract<Content, { type: 'text' }>, stretches: Stretches): Content[] {
  const joined: { kind: 'text' | 'reasoning'; text: string }[] = [];
  for (const { kind, text } of stretches) {
    const last = joined.at(-1);
    if (last?.kind === kind) last.text += text;
    else joined.push({ kind, text });
  }
  return joined
    .filter(({ text, kind }) => (kind === 'text' ? text : text.trim()) !== '')
    .map(({ kind, text }) =>
      kind === 'text' ? { ...part, text } : { type: 'reasoning', text: text.trim() },
    );
}

function metadataOf(answer: Answer, raw: string, spans: readonly TextRange[]): Partial<Answer> {
  const logprobs = logprobsOf(answer);
  if (!logprobs) return {};
  const { leaf } = logprobMetadata(keptLogprobs(logprobs, raw, spans));
  const { providerMetadata } = answer;
  return {
    providerMetadata: { ...providerMetadata, leaf: { ...providerMetadata?.leaf, ...leaf } },
  };
}

function textIn(content: readonly Content[]): string {
  return content.map(part => (part.type === 'text' ? part.text : '')).join('');
}
