import type { FinishedRun, Span } from '../../../src/entries/runs.ts';
import { type Answer, type Summary, summaryOf } from '../../../src/index.ts';

/** What an answer says of itself, from one part of it or another. */
export interface Said {
  readonly runId: string;
  readonly summaries: readonly (Summary | undefined)[];
  readonly warnings: readonly string[];
  readonly citations: readonly object[];
  readonly trace?: FinishedRun | undefined;
}

/**
 * The `tandem` object of an answer: who answered, why, at what cost, what left, and what was
 * ignored.
 */
export function tandemObject({ runId, summaries, warnings, citations, trace }: Said): object {
  const [first] = summaries;
  return {
    ...first,
    runId,
    ...(summaries.length > 1 && { choices: summaries }),
    ...(warnings.length > 0 && { warnings }),
    ...(citations.length > 0 && { citations }),
    ...(trace && { trace: spanObject(trace.root) }),
  };
}

/** The headers that a whole answer bears; a stream bears the first alone. */
export function tandemHeaders(runId: string, summary?: Summary): Record<string, string> {
  if (!summary) return { 'x-tandem-run-id': runId };
  return {
    'x-tandem-run-id': runId,
    'x-tandem-answered-by': plain(summary.answeredBy),
    'x-tandem-place': summary.place,
    'x-tandem-reason': plain(summary.reason),
    'x-tandem-cost-usd': String(summary.costUsd),
    ...(summary.confidence !== undefined && { 'x-tandem-confidence': String(summary.confidence) }),
    ...(summary.savedUsd !== undefined && { 'x-tandem-saved-usd': String(summary.savedUsd) }),
    ...(summary.degraded && { 'x-tandem-degraded': 'true' }),
    'x-tandem-egress-calls': String(summary.egress.calls),
    'x-tandem-egress-characters': String(summary.egress.characters),
  };
}

/** The tree of a run: names, places, times and figures, no content. */
export function spanObject(span: Span): object {
  const {
    name,
    modelId,
    kind,
    place,
    startMs,
    durationMs,
    tokens,
    costUsd,
    attempts,
    replayed,
    error,
    reason,
  } = span;
  return {
    name,
    modelId,
    kind,
    ...(place && { place }),
    startMs: Math.round(startMs * 1000) / 1000,
    ...(durationMs !== undefined && { durationMs: Math.round(durationMs * 1000) / 1000 }),
    ...(tokens && { tokens }),
    costUsd,
    ...(attempts > 0 && { attempts }),
    ...(replayed && { replayed }),
    ...(error !== undefined && { error }),
    ...(reason !== undefined && { reason }),
    ...(span.children.length > 0 && { children: span.children.map(spanObject) }),
  };
}

/** Reads summary, warnings and citations of whole answers. */
export function saidIn(
  answers: readonly Answer[],
  ignored: readonly string[],
): Omit<Said, 'runId'> {
  return {
    summaries: answers.map(summaryOf),
    warnings: [
      ...ignored.map(ignoredWarning),
      ...new Set(answers.flatMap(({ warnings }) => warnings.map(warningText))),
    ],
    citations: answers.flatMap(({ content }) => content.flatMap(citationOf)),
  };
}

/** Says that a field of the request was ignored. */
export function ignoredWarning(field: string): string {
  return `unsupported: ${field.slice(0, 64)}: this field is ignored.`;
}

/** A warning in one line. */
export function warningText(warning: Answer['warnings'][number]): string {
  if (warning.type === 'other') return warning.message;
  const { feature, details } = warning as { feature?: string; details?: string };
  return `${warning.type}: ${feature ?? ''}${details ? `: ${details}` : ''}`;
}

/** A citation as a `source` part gives it. */
export function citationOf(part: Answer['content'][number]): object[] {
  if (part.type !== 'source') return [];
  const said = (part.providerMetadata?.tandem ?? {}) as Record<string, unknown>;
  const { page, line, heading, start, end, quote, boxes, kind } = said;
  const place = {
    page,
    ...(line !== undefined && { line }),
    ...(heading !== undefined && { heading }),
  };
  const more = { ...(boxes !== undefined && { boxes }), ...(kind !== undefined && { kind }) };
  const mediaType =
    part.sourceType === 'document' ? { mediaType: part.mediaType } : { url: part.url };
  return [{ id: part.id, title: part.title, ...mediaType, ...place, start, end, quote, ...more }];
}

// A header is plain ASCII.
function plain(text: string): string {
  return text
    .replaceAll('≥', '>=')
    .replaceAll('≤', '<=')
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, 200);
}
