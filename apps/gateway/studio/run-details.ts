import type { RecordedAnswer, RunDetails } from '../../../src/entries/runs.ts';
import { TandemError } from '../../../src/index.ts';
import type { Exchange, Route } from '../exchange.ts';
import { maySee } from '../policy/keys.ts';
import { notFound } from '../wire/problem.ts';
import { citationOf } from '../wire/tandem-object.ts';
import { listedRow, recentRow, requireReader, wholeIn } from './list-runs.ts';
import { callsOf, figuresOf, type RecentRun } from './recent-runs.ts';
import { callContent, callList, runDetails } from './studio-answers.ts';

type RunCall = (typeof callList)['_output']['data'][number];
type Details = (typeof runDetails)['_output'];

const firstCalls = 300;
const mostCalls = 10_000;

export const getDetails: Route = {
  method: 'get',
  path: '/v1/runs/{id}/details',
  summary: 'Show a kept run whole: its decisions, what left, what was read, and its first calls.',
  scope: 'runs',
  replies: runDetails,
  answer: `The run with at most ${firstCalls} calls; reasons are shown to the scope \`content\`.`,
  async handle(exchange) {
    const found = await findRun(exchange);
    const body = 'root' in found ? ofRecent(found) : await ofKept(found, exchange);
    return { body: { ...body, keeping: exchange.services.studio.keeping } };
  },
};

export const listCalls: Route = {
  method: 'get',
  path: '/v1/runs/{id}/calls',
  summary: 'List the calls of a run, in the order of recording.',
  scope: 'runs',
  query: {
    limit: `Most calls of the page, to ${mostCalls}.`,
    after: 'The number of the call behind which the page begins.',
  },
  replies: callList,
  answer: 'A page of calls with their times, counted from the begin of the run.',
  async handle(exchange) {
    const { query } = exchange;
    const limit = wholeIn(query, 'limit', { usual: firstCalls, most: mostCalls });
    const after = wholeIn(query, 'after', { usual: 0, most: 1_000_000_000 });
    const found = await findRun(exchange);
    const all = 'root' in found ? callsOf(found).map(ofSpan) : found.steps.map(ofStep);
    return { body: { object: 'list', data: all.slice(after, after + limit), total: all.length } };
  },
};

export const getCallContent: Route = {
  method: 'get',
  path: '/v1/runs/{id}/calls/{seq}/content',
  summary: 'Show what a call of a kept run said.',
  scope: 'content',
  replies: callContent,
  answer: 'Text, thinking, calls of tools and citations; 404 with the reason where none is kept.',
  async handle(exchange) {
    const { services, params } = exchange;
    const found = await findRun(exchange);
    const seq = Number(params.seq);
    const { keeping, journal } = services.studio;
    if ('root' in found || !journal || keeping !== 'content') throw notKept(keeping);
    if (!Number.isInteger(seq) || seq < 1 || seq > found.steps.length)
      throw notFound(
        `The run has no call "${String(params.seq).slice(0, 16)}". ` +
          `Give 1 to ${found.steps.length}.`,
        'call_not_found',
      );
    const answer = (await journal.answers(found.id)).find(({ call }) => call === seq);
    if (!answer) throw notKept(found.steps[seq - 1]!.isFinished ? 'removed' : 'unfinished');
    return { body: contentOf(answer) };
  },
};

const whyNot: Readonly<Record<string, string>> = {
  nothing: 'This server keeps no runs. Start it with `tandem serve --keep` to keep texts.',
  hashes: "Texts are not kept (`journal.content: 'hashes'`). Figures and hashes are.",
  removed: 'The text is no longer kept, or was never. Its hash is.',
  unfinished: 'The call ended before an answer came. See its error.',
};

/** Says why a text is not shown. */
export function notKept(why: string) {
  return notFound(whyNot[why] ?? whyNot.removed!, 'content_not_kept');
}

/** Finds a run that its caller may see. @throws Problem 404 */
export async function findRun(exchange: Exchange): Promise<RunDetails | RecentRun> {
  requireReader(exchange);
  const { services, caller, params } = exchange;
  const { journal, recent } = services.studio;
  const id = params.id ?? '';
  const found = journal ? await shown(journal, id) : recent?.find(id);
  const isOwn = found && (found.owner ?? undefined) === caller.name;
  if (found && (isOwn || maySee(caller, 'studio'))) return found;
  throw notFound(
    'There is no such run here. It may have been removed, or be of another key.',
    'run_not_found',
  );
}

async function shown(
  journal: { show(id: string): Promise<RunDetails> },
  id: string,
): Promise<RunDetails | undefined> {
  try {
    return await journal.show(id);
  } catch (error) {
    if (TandemError.isInstance(error) && error.code === 'unknown_name') return undefined;
    throw error;
  }
}

async function ofKept(
  found: RunDetails,
  { caller, services }: Exchange,
): Promise<Omit<Details, 'keeping'>> {
  const { decisions, documents, egress, steps, summary } = found;
  const showsTexts = maySee(caller, 'content');
  const row = listedRow(found, await services.studio.ratings());
  return {
    object: 'run.details',
    run: showsTexts ? row : { ...row, title: null },
    reason: showsTexts ? (summary?.reason ?? decisions.at(-1)?.reason ?? null) : null,
    summary: showsTexts ? (summary as Details['summary']) : null,
    decisions: decisions.map(({ at: _at, trail, reason, ...each }) => ({
      ...each,
      trail: [...trail],
      reason: showsTexts ? reason : '',
    })),
    documents: [...documents],
    egress: [...egress],
    calls: steps.slice(0, firstCalls).map(ofStep),
    callCount: steps.length,
    answerCall: answerCallOf(found),
    evidence: showsTexts ? await evidenceOf(found.id, services) : [],
    request: showsTexts ? await requestOf(found.id, services) : null,
  };
}

async function requestOf(id: string, { studio }: Exchange['services']) {
  const kept = await studio.journal?.readBeside(id, 'question');
  return (kept as { readonly body: Details['request'] } | undefined)?.body ?? null;
}

async function evidenceOf(id: string, { studio }: Exchange['services']) {
  const kept = await studio.journal?.readBeside(id, 'evidence');
  return (kept as { readonly citations: Details['evidence'] } | undefined)?.citations ?? [];
}

// A run's answer is not kept apart: it is what its last finished call of the answering model said,
// unless the pattern made it of several.
function answerCallOf({ steps, answeredBy }: RunDetails): number | null {
  const isJudged = /^(sample|vote|judge|scorer|check)\b/;
  const found = steps.findLastIndex(
    ({ model, trail, isFinished }) =>
      isFinished && model === answeredBy && !isJudged.test(trail.at(-1) ?? ''),
  );
  return found < 0 ? null : found + 1;
}

function ofRecent(run: RecentRun): Omit<Details, 'keeping'> {
  const calls = callsOf(run).map(ofSpan);
  return {
    object: 'run.details',
    run: recentRow(run),
    reason: figuresOf(run).reason,
    summary: null,
    decisions: [],
    documents: [],
    egress: [],
    calls: calls.slice(0, firstCalls),
    callCount: calls.length,
    answerCall: null,
    evidence: [],
    request: null,
  };
}

function ofStep(step: RunDetails['steps'][number], index: number): RunCall {
  const { trail, model, place, startMs, durationMs, inputTokens, outputTokens } = step;
  const { costUsd, characters, attempts, isFinished } = step;
  return {
    ...{ seq: index + 1, trail: [...trail], model, place, startMs, ms: durationMs },
    ...{ inputTokens, outputTokens, costUsd, characters, attempts, isFinished },
  };
}

function ofSpan(span: ReturnType<typeof callsOf>[number], index: number): RunCall {
  const { name, modelId, place, startMs, durationMs, tokens, costUsd, characters } = span;
  return {
    seq: index + 1,
    trail: [name],
    model: modelId,
    place: place ?? 'cloud',
    startMs,
    ms: durationMs ?? null,
    inputTokens: tokens?.input ?? null,
    outputTokens: tokens?.output ?? null,
    costUsd: costUsd === 'unknown' ? null : costUsd,
    characters,
    attempts: span.attempts,
    isFinished: span.error === undefined,
  };
}

function contentOf({ call, model, answer }: RecordedAnswer) {
  const { content } = answer;
  const joined = (type: 'text' | 'reasoning') =>
    content.map(part => (part.type === type ? part.text : '')).join('');
  return {
    object: 'call.content',
    seq: call,
    model,
    text: joined('text'),
    thinking: joined('reasoning'),
    tools: content.flatMap(part =>
      part.type === 'tool-call' ? [{ name: part.toolName, input: part.input }] : [],
    ),
    citations: content.flatMap(citationOf),
  };
}
