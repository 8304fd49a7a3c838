/** The rows of a journal. Their values stand in the order of the marks: that is bound faster than names are. */
import type { Crossing, Decision, JournaledStep, ReadDocument, RunEnd } from '../model/run/ports.ts';
import type { Write } from './store.ts';

/** A run as it is written: its end stands in the same row if it came before the row was due. */
export interface RunEntry {
  readonly runId: string;
  readonly at: string;
  end: (RunEnd & { readonly at: string }) | undefined;
}

const runSql = `insert into run(id, begun_at, ended_at, state, error) values (?, ?, ?, ?, ?)
  on conflict(id) do update set ended_at = excluded.ended_at, state = excluded.state, error = excluded.error`;

export function runRow({ runId, at, end }: RunEntry): Write {
  return { sql: runSql, values: [runId, at, end?.at ?? null, end?.state ?? 'running', end?.error ?? null] };
}

const endSql = 'update run set ended_at = ?, state = ?, error = ? where id = ?';

export function endRow({ runId, state, error, at }: RunEnd & { readonly at: string }): Write {
  return { sql: endSql, values: [at, state, error ?? null, runId] };
}

export function programRow(runId: string, program: string): Write {
  return { sql: 'update run set program = ? where id = ?', values: [program, runId] };
}

const crossingSql = `insert into crossing(run, at, destination, purpose, characters, tokens, content_hash, masked, label)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?)`;

export function crossingRow(crossing: Crossing, at: string): Write {
  const { runId, modelId, purpose, characters, tokens, contentHash, masked, label } = crossing;
  return {
    sql: crossingSql,
    values: [runId, at, modelId, purpose, characters, tokens, contentHash, masked, label],
  };
}

const documentSql = 'insert or replace into document(run, hash, title, characters, label) values (?, ?, ?, ?, ?)';

export function documentRow({ runId, id, title, characters, label }: ReadDocument & { readonly runId: string }): Write {
  return { sql: documentSql, values: [runId, id, title, characters, label] };
}

const decisionSql = `insert into decision(run, at, trail, answered_by, place, reason, confidence, degraded)
  values (?, ?, ?, ?, ?, ?, ?, ?)`;

// A reason may quote a validator of the user's, which may quote an answer: in `hashes` mode it is left out.
export function decisionRow(
  { runId, trail, summary }: Decision,
  { at, hasReason }: { readonly at: string; readonly hasReason: boolean },
): Write {
  const { answeredBy, place, reason, confidence, degraded } = summary;
  const said = hasReason ? reason : '';
  return {
    sql: decisionSql,
    values: [runId, at, JSON.stringify(trail), answeredBy, place, said, confidence ?? null, degraded ? 1 : 0],
  };
}

export function contentRow(answer: string, body: string): Write {
  return { sql: 'insert or ignore into content(hash, body) values (?, ?)', values: [answer, body] };
}

const callSql = `insert into call(run, at, key, slot, digest, trail, model, place, input_tokens, cached_tokens,
    output_tokens, cost_usd, characters, attempts, duration_ms, answer)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** What of a step goes into its row, as it was when the step was recorded: spans go on changing. */
export type CallFacts = Pick<JournaledStep, 'runId' | 'key' | 'slot' | 'digest' | 'trail'> &
  Pick<JournaledStep['span'], 'modelId' | 'place' | 'tokens' | 'costUsd' | 'characters' | 'attempts' | 'durationMs'> & {
    readonly at: string;
  };

export function callFacts({ runId, key, slot, digest, trail, span }: JournaledStep, at: string): CallFacts {
  const { modelId, place, tokens, costUsd, characters, attempts, durationMs } = span;
  return { runId, at, key, slot, digest, trail, modelId, place, tokens, costUsd, characters, attempts, durationMs };
}

// In `hashes` mode the hash stands without its content; a call that was cut has neither.
export function callRow(facts: CallFacts, answer: string | undefined): Write {
  const { runId, at, key, slot, modelId, tokens, costUsd } = facts;
  return {
    sql: callSql,
    values: [
      runId,
      at,
      key,
      slot,
      JSON.stringify(facts.digest),
      JSON.stringify(facts.trail),
      modelId,
      facts.place ?? 'cloud',
      tokens?.input ?? null,
      tokens?.cachedInput ?? null,
      tokens?.output ?? null,
      costUsd === 'unknown' ? null : costUsd,
      facts.characters,
      facts.attempts,
      facts.durationMs ?? null,
      answer ?? null,
    ],
  };
}
