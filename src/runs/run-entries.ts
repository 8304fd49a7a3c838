/** What a journal is told, as entries of a store, and answers as texts. */
import type { Decision, EgressEvent, JournaledStep, ReadDocument } from '../model/run/ports.ts';
import type { Coverage, Summary } from '../model/run/summary.ts';
import type { Answer, Call } from '../model/types.ts';
import type { ContentCipher } from './content-cipher.ts';
import type {
  CallEntry,
  DecisionEntry,
  DocumentEntry,
  EgressEntry,
  RunFacts,
  StoredRun,
} from './store.ts';

// Loaded when the first answer is written out, for it is slow to load.
let crypto: typeof import('node:crypto') | undefined;

let second = { ms: Number.NaN, text: '' };
let latest = { ms: Number.NaN, text: '' };

/**
 * Tells the time in ISO form. Those of one second differ in their last digits alone; a date written
 * anew costs as much as a row.
 */
export function now(): string {
  const at = Date.now();
  if (latest.ms === at) return latest.text;
  const ms = at % 1000;
  if (second.ms !== at - ms)
    second = { ms: at - ms, text: new Date(at - ms).toISOString().slice(0, 20) };
  latest = { ms: at, text: `${second.text}${String(ms).padStart(3, '0')}Z` };
  return latest.text;
}

/**
 * What of a step goes into its row, as it is now: spans go on changing. Without a cipher content is
 * not kept.
 */
export function callEntry(
  { key, slot, digest, trail, span, answer }: JournaledStep,
  cipher: ContentCipher | undefined,
): CallEntry {
  const { modelId, place, tokens, costUsd, characters, attempts, startMs, durationMs } = span;
  return {
    kind: 'call',
    at: now(),
    key,
    slot,
    digest,
    trail,
    model: modelId,
    place: place ?? 'cloud',
    inputTokens: tokens?.input ?? null,
    cachedTokens: tokens?.cachedInput ?? null,
    outputTokens: tokens?.output ?? null,
    costUsd: costUsd === 'unknown' ? null : costUsd,
    characters,
    attempts,
    startMs,
    durationMs: durationMs ?? null,
    isFinished: answer !== undefined,
    // Written out when it is needed: where records lag, that is after the answer was handed on.
    answer() {
      if (!answer) return undefined;
      const body = answerToJson(answer);
      crypto ??= process.getBuiltinModule('node:crypto');
      return { hash: crypto.hash('sha256', body, 'base64url'), body: cipher?.seal(body) };
    },
  };
}

/** What is about to leave, with the prompt; without a cipher content is not kept. */
export function egressEntry(
  event: EgressEvent,
  prompt: Call['prompt'],
  cipher: ContentCipher | undefined,
): EgressEntry {
  const { modelId, place, purpose, characters, tokens, contentHash, masked, label } = event;
  const left = { destination: modelId, place, purpose, characters, tokens, contentHash };
  // A function that looks for files is called for every value; texts hold none.
  let mayHoldFiles = false;
  for (const { content } of prompt)
    if (typeof content !== 'string')
      for (const { type } of content) mayHoldFiles ||= type !== 'text' && type !== 'reasoning';
  const body = cipher?.seal(JSON.stringify(prompt, mayHoldFiles ? sizeOfFile : undefined));
  return { kind: 'egress', at: now(), ...left, masked, label, body };
}

// Of a file its kind and size are enough; its bytes are where it came from.
function sizeOfFile(_key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return `[${value.length} bytes]`;
  const { type, data } = (value ?? {}) as { readonly type?: unknown; readonly data?: unknown };
  if (type !== 'data' || typeof data !== 'string') return value;
  return { type, data: `[${data.length} characters]` };
}

/** A document that is read. */
export function documentEntry(
  { id, title, characters, label }: ReadDocument,
  kept: ContentCipher | undefined,
): DocumentEntry {
  // The name of a file is content too.
  return { kind: 'document', hash: id, title: kept?.seal(title) ?? '', characters, label };
}

/**
 * What a pattern decided. A reason may quote a validator of the user's, which may quote an answer:
 * it is content.
 */
export function decisionEntry(
  { trail, summary }: Decision,
  cipher: ContentCipher | undefined,
): DecisionEntry {
  const { answeredBy, place, reason, confidence, degraded } = summary;
  return {
    kind: 'decision',
    at: now(),
    trail,
    answeredBy,
    place,
    reason: cipher?.seal(reason) ?? '',
    confidence: confidence ?? null,
    degraded: degraded === true,
  };
}

// Of files that were not read, their names are content.
function figuresOf({ files, ...coverage }: Coverage): string {
  return JSON.stringify({ ...coverage, ...(files && { files: { ...files, unread: [] } }) });
}

/** What the summary of a run's last answer says of the run; the summary itself is content. */
export function factsOf(summary: Summary, cipher: ContentCipher | undefined): RunFacts {
  const { pattern, answeredBy, place, degraded, savedUsd, baseline, coverage } = summary;
  return {
    pattern,
    answeredBy,
    place,
    degraded: degraded === true,
    ...(savedUsd !== undefined && { savedUsd: savedUsd === 'unknown' ? null : savedUsd }),
    ...(baseline && { baseline: baseline.model }),
    ...(coverage && { coverage: cipher?.seal(JSON.stringify(coverage)) ?? figuresOf(coverage) }),
    ...(cipher && { summary: cipher.seal(summaryToJson(summary)) }),
  };
}

// Without what stands in columns of their own.
function summaryToJson(summary: Summary): string {
  return JSON.stringify({
    ...summary,
    runId: undefined,
    pattern: undefined,
    answeredBy: undefined,
    place: undefined,
  });
}

/** Reads a summary back; the row of its run has the rest of it. */
export function summaryFromJson(
  json: string,
  row: Pick<StoredRun, 'id' | 'pattern' | 'answeredBy' | 'place'>,
): Summary {
  const { id: runId, pattern, answeredBy, place } = row;
  return { runId, pattern, answeredBy, place, ...JSON.parse(json) };
}

const bytesKey = '$bytes';

/** Writes an answer as JSON, without what belongs to the transport; bytes become base64. */
export function answerToJson(answer: Answer): string {
  const { id, modelId } = answer.response ?? {};
  const written = { ...answer, request: undefined, response: answer.response && { id, modelId } };
  let mayHoldBytes = false;
  for (const { type } of answer.content)
    mayHoldBytes ||= type !== 'text' && type !== 'reasoning' && type !== 'tool-call';
  // A replacer is asked about every value, which costs more than the rest; hardly any answer holds
  // bytes.
  if (!mayHoldBytes) return JSON.stringify(written);
  return JSON.stringify(written, (_key, value: unknown) =>
    value instanceof Uint8Array ? { [bytesKey]: Buffer.from(value).toString('base64') } : value,
  );
}

/** Reads an answer back. */
export function answerFromJson(json: string): Answer {
  // A reviver costs more than the rest; hardly any answer holds bytes.
  if (!json.includes(bytesKey)) return JSON.parse(json) as Answer;
  return JSON.parse(json, (_key, value: unknown) => {
    const bytes = (value as Record<string, unknown> | null)?.[bytesKey];
    return typeof bytes === 'string' ? new Uint8Array(Buffer.from(bytes, 'base64')) : value;
  }) as Answer;
}
