import { takesFields, type Wishes, withWishes } from '../../../src/entries/backends.ts';
import * as answers from '../answers.ts';
import type { Exchange } from '../exchange.ts';
import { type Reply, route } from '../exchange.ts';
import { isUnconfigured } from '../studio/recent-runs.ts';
import { completionOf, lacksTop } from '../wire/chat-answer.ts';
import { chatCall } from '../wire/chat-call.ts';
import { type ChatRequest, chatRequest } from '../wire/chat-request.ts';
import { chatEvents } from '../wire/chat-stream.ts';
import { type Controls, joinControls } from '../wire/controls.ts';
import { ignoredIn } from '../wire/ignored.ts';
import { refuseSoundAlone } from '../wire/pictures.ts';
import { isPlainChat } from '../wire/plain-chat.ts';
import { fieldWishes } from '../wire/spellings/handed-fields.ts';
import {
  ignoredWarning,
  type Said,
  saidIn,
  tandemHeaders,
  tandemObject,
} from '../wire/tandem-object.ts';
import { answersOf, begun, partsOf } from '../work/ask-model.ts';
import { keepForRepeat } from '../work/failures.ts';
import { fileSource } from '../work/file-source.ts';
import { keepEvidence } from '../work/keep-evidence.ts';
import { labelled, labelToKeep, prepareWork, requireServed, type Work } from '../work/prepare.ts';
import { weighedParts } from '../work/weighed-parts.ts';

/**
 * Milliseconds after which a stream begins although nothing has come: proxies and clients give up
 * on silence.
 */
export const mostSilenceMs = 5000;

export const chatCompletions = route({
  method: 'post',
  path: '/v1/chat/completions',
  summary: 'Answer a conversation, whole or streamed.',
  scope: 'chat',
  request: chatRequest,
  isPlain: isPlainChat,
  replies: answers.completion,
  answer:
    'A chat completion with a `tandem` object; or server-sent events of its chunks where ' +
    '`stream` is true.',
  streams: true,
  works: true,
  handle: complete,
});

/** Answers a conversation. @throws Problem, TandemError */
export async function complete(exchange: Exchange<ChatRequest>): Promise<Reply> {
  const { body, services, signal } = exchange;
  const served = requireServed(exchange, body.model);
  const controls = joinControls(exchange.controls, body.tandem);
  const files = fileSource(exchange);
  const reader = { ids: services.ids, files: files instanceof Promise ? await files : files };
  const isPattern = served.kind === 'pattern';
  if (isPattern) refuseSoundAlone(body);
  const wishes = takesFields.of(served.model) ? fieldWishes(body) : {};
  const call = labelled(withWishes(chatCall(body, reader), wishes), controls);
  const work = prepareWork(exchange, served, { controls });
  if (exchange.runId !== undefined) exchange.audit.label = labelToKeep(call, controls);
  const question = { model: work.model, call, settings: work.settings, signal };
  const asked = { exchange, work, controls, ignored: ignoredFields(body, controls, wishes) };
  if (body.stream) {
    const parts = keepForRepeat(asked, partsOf(question, body.n ?? 1));
    return streamReply(asked, await begun(parts, mostSilenceMs));
  }
  const answers = await keepForRepeat(asked, answersOf(question, body.n ?? 1));
  const ignored =
    body.top_logprobs && answers.some(lacksTop)
      ? [...asked.ignored, 'top_logprobs']
      : asked.ignored;
  const said = { runId: work.runId, ...saidIn(answers, ignored), trace: traceOf(asked) };
  noteAnswer(exchange, said);
  const wantsLogprobs = body.logprobs === true;
  const tandem = tandemObject(said);
  return {
    headers: tandemHeaders(work.runId, said.summaries[0]),
    body: completionOf(completionHead(asked), answers, {
      ids: services.ids,
      custom: customNamesIn(body),
      tandem,
      wantsLogprobs,
      isOlder: isOlder(body),
    }),
  };
}

interface Asked {
  readonly exchange: Exchange<ChatRequest>;
  readonly work: Work;
  readonly controls: Controls;
  readonly ignored: readonly string[];
}

function streamReply(asked: Asked, parts: ReturnType<typeof partsOf>): Reply {
  const { exchange, work, ignored } = asked;
  const { body, services } = exchange;
  const writer = {
    completion: completionHead(asked),
    ids: services.ids,
    custom: customNamesIn(body),
    count: body.n ?? 1,
    isOlder: isOlder(body),
    wantsLogprobs: body.logprobs === true,
    includesUsage: body.stream_options?.include_usage === true,
    runId: work.runId,
    warnings: ignored.map(ignoredWarning),
    ended(said: Said): Said {
      noteAnswer(exchange, said);
      return { ...said, trace: traceOf(asked) };
    },
  };
  const events = chatEvents(body.logprobs ? weighedParts(parts) : parts, writer);
  return {
    headers: tandemHeaders(work.runId),
    events: work.told ? work.told.among(events) : events,
  };
}

function completionHead({ exchange, work }: Asked) {
  return {
    id: `chatcmpl-${work.runId.replaceAll('-', '')}`,
    created: Math.floor(Date.now() / 1000),
    model: exchange.body.model,
  };
}

// Whether what may be called was offered as functions: the list has been taken over.
function isOlder({ functions }: ChatRequest): boolean {
  return Array.isArray(functions) && functions.length === 0;
}

// Most requests have no tools.
function customNamesIn({ tools }: ChatRequest): ReadonlySet<string> | undefined {
  const custom = tools?.flatMap(tool =>
    tool.type === 'custom' ? [(tool.custom as { name: string }).name] : [],
  );
  return custom && custom.length > 0 ? new Set(custom) : undefined;
}

function ignoredFields(body: ChatRequest, { events }: Controls, { fields: handed = {} }: Wishes) {
  const fields = ignoredIn(body, chatRequest).filter(each => !Object.hasOwn(handed, each));
  if (events && !body.stream) fields.push('tandem.events');
  if (body.top_logprobs && !body.logprobs) fields.push('top_logprobs');
  return fields;
}

function traceOf({ controls, work }: Asked) {
  return controls.explain ? work.finished() : undefined;
}

/** Notes for the audit line who answered, and beside the run what the answer rests on. */
export function noteAnswer(exchange: Pick<Exchange, 'audit' | 'services'>, said: Said): void {
  const { audit } = exchange;
  keepEvidence(exchange, said);
  const [summary] = said.summaries;
  if (!summary) return;
  audit.answeredBy = summary.answeredBy;
  audit.place = summary.place;
  audit.reason = reasonWord(summary.reason);
  const { savedUsd, baseline } = summary;
  if (typeof savedUsd === 'number' && !isUnconfigured(baseline?.model)) audit.savedUsd = savedUsd;
}

const reasonWords = new RegExp(
  'tool loop|only model|rule|agreement|validator|probability|judge|tokens|filter|longer than|' +
    'JSON|unsure|simple|hard|score|like no prompt|since|log-prob|relayed|extract|vote',
);

let latest = { reason: '', word: 'other' };

// A reason may quote what a validator of the user's said; a word of this list quotes nothing.
function reasonWord(reason: string): string {
  // Most requests in a row have the same one.
  if (latest.reason !== reason) latest = { reason, word: reasonWords.exec(reason)?.[0] ?? 'other' };
  return latest.word;
}
