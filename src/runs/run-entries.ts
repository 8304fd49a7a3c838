/** What a journal is told, as entries of a store. */
import { hash } from 'node:crypto';
import type { Crossing, Decision, JournaledStep, ReadDocument } from '../model/run/ports.ts';
import type { Summary } from '../model/run/summary.ts';
import { answerToJson } from './answer-json.ts';
import type { ContentCipher } from './content-cipher.ts';
import type { CallEntry, DecisionEntry, DocumentEntry, EgressEntry, RunFacts } from './store.ts';

/** Writes an answer out when it is first needed: where records lag, that is after it was handed on. */
export function bodyOf({ answer }: JournaledStep): () => string | undefined {
  let body: string | undefined;
  return () => {
    body ??= answer && answerToJson(answer);
    return body;
  };
}

/** What of a step goes into its row, as it is now: spans go on changing. Without a cipher content is not kept. */
export function callEntry(
  { key, slot, digest, trail, span, answer }: JournaledStep,
  kept: { readonly at: string; readonly body: () => string | undefined; readonly cipher: ContentCipher | undefined },
): CallEntry {
  const { modelId, place, tokens, costUsd, characters, attempts, startMs, durationMs } = span;
  return {
    kind: 'call',
    at: kept.at,
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
    answer() {
      const body = kept.body();
      if (body === undefined) return undefined;
      return { hash: hash('sha256', body, 'base64url'), body: kept.cipher?.seal(body) };
    },
  };
}

/** What is about to leave. */
export function egressEntry(crossing: Crossing, at: string): EgressEntry {
  const { modelId: destination, place, purpose, characters, tokens, contentHash, masked, label } = crossing;
  return { kind: 'egress', at, destination, place, purpose, characters, tokens, contentHash, masked, label };
}

/** A document that is read. */
export function documentEntry({ id, title, characters, label }: ReadDocument): DocumentEntry {
  return { kind: 'document', hash: id, title, characters, label };
}

/** What a pattern decided. A reason may quote a validator of the user's, which may quote an answer: it is content. */
export function decisionEntry(
  { trail, summary }: Decision,
  { at, hasContent }: { readonly at: string; readonly hasContent: boolean },
): DecisionEntry {
  const { answeredBy, place, reason, confidence, degraded } = summary;
  return {
    kind: 'decision',
    at,
    trail,
    answeredBy,
    place,
    reason: hasContent ? reason : '',
    confidence: confidence ?? null,
    degraded: degraded === true,
  };
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
    ...(coverage && { coverage: JSON.stringify(coverage) }),
    ...(cipher && { summary: cipher.seal(JSON.stringify(summary)) }),
  };
}
