import { runTaken } from '../run-taken.ts';
import type {
  AcceptedEntry,
  BegunEntry,
  CallEntry,
  DecisionEntry,
  DocumentEntry,
  EgressEntry,
  Entry,
} from '../store.ts';
import { recordedSql } from './account-rows.ts';
import { type OwnRun, type Totals, writeDue, writeTotals } from './run-rows.ts';
import type { Access } from './sqlite-file.ts';

/**
 * Adds what entries come to, as soon as they are known: the run's row has it when it is written
 * next.
 */
export function addTotals(totals: Totals, entries: readonly Entry[]): void {
  for (const entry of entries) {
    if (entry.kind === 'egress') {
      totals.leftCalls++;
      totals.leftCharacters += entry.characters;
    } else if (entry.kind === 'call') {
      totals.calls++;
      totals.cloudCalls += entry.place === 'cloud' ? 1 : 0;
      totals.costUsd += entry.costUsd ?? 0;
      totals.unpriced += entry.costUsd === null ? 1 : 0;
    }
  }
}

/**
 * Writes entries of a run that this process holds. From one that somebody else holds now nothing is
 * taken but what left and what it has cost. @throws TandemError `run_taken`
 */
export function writeEntries(access: Access, own: OwnRun, entries: readonly Entry[]): void {
  if (own.due) writeDue(access, own);
  const isHeld = writeTotals(access, own);
  const { run } = own.held;
  for (const entry of entries) {
    const isKept = isHeld || entry.kind === 'egress' || entry.kind === 'call';
    if (isKept) writerOf[entry.kind](access, { run, isHeld }, entry as never);
  }
  if (!isHeld && entries.some(({ kind }) => kind !== 'egress')) throw runTaken(run);
}

interface RunTarget {
  readonly run: string;
  readonly isHeld: boolean;
}

const writerOf: {
  readonly [Kind in Entry['kind']]: (access: Access, target: RunTarget, entry: never) => void;
} = {
  call: writeCall,
  egress: writeEgress,
  decision: writeDecision,
  document: writeDocument,
  accepted: writeAccepted,
  begun: writeBegun,
};

const contentSql = 'insert or ignore into content(hash, body) values (?, ?)';
const callSql = `insert into call(run, at, key, slot, digest, trail, model, place, input_tokens,
  cached_tokens,
    output_tokens, cost_usd, characters, attempts, start_ms, duration_ms, answer)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

// A call that was cut has no answer; where figures and hashes alone are kept, the hash stands
// without its content, and an empty one where there is none.
function writeCall(access: Access, { run, isHeld }: RunTarget, call: CallEntry): void {
  // A call of unknown price counts by its tokens alone.
  if (call.place === 'cloud') {
    const tokens = (call.inputTokens ?? 0) + (call.outputTokens ?? 0);
    access.run(recordedSql, [call.costUsd ?? 0, tokens]);
  }
  if (!isHeld) return;
  const answer = call.isFinished ? call.answer?.() : undefined;
  if (answer?.body !== undefined) access.run(contentSql, [answer.hash, answer.body]);
  access.run(callSql, [
    run,
    call.at,
    call.key,
    call.slot,
    JSON.stringify(call.digest),
    JSON.stringify(call.trail),
    call.model,
    call.place,
    call.inputTokens,
    call.cachedTokens,
    call.outputTokens,
    call.costUsd,
    call.characters,
    call.attempts,
    call.startMs,
    call.durationMs,
    call.isFinished ? (answer?.hash ?? '') : null,
  ]);
}

const staleSql =
  'update run set left_calls = left_calls + 1, left_characters = left_characters + ? where id = ?';
const egressSql = `insert into egress(run, at, destination, place, purpose, characters, tokens,
  content_hash, masked, label)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

function writeEgress(access: Access, { run, isHeld }: RunTarget, left: EgressEntry): void {
  const { at, destination, place, purpose, characters, tokens, contentHash, masked, label } = left;
  if (isHeld && left.body !== undefined) access.run(contentSql, [contentHash, left.body]);
  access.run(egressSql, [
    run,
    at,
    destination,
    place,
    purpose,
    characters,
    tokens,
    contentHash,
    masked,
    label,
  ]);
  if (!isHeld) access.run(staleSql, [characters, run]);
}

const decisionSql = `insert into decision(run, at, trail, answered_by, place, reason, confidence,
  degraded)
  values (?, ?, ?, ?, ?, ?, ?, ?)`;

function writeDecision(access: Access, { run }: RunTarget, decision: DecisionEntry): void {
  const { at, trail, answeredBy, place, reason, confidence, degraded } = decision;
  access.run(decisionSql, [
    run,
    at,
    JSON.stringify(trail),
    answeredBy,
    place,
    reason,
    confidence,
    degraded ? 1 : 0,
  ]);
}

const documentSql =
  'insert or replace into document(run, hash, title, characters, label) values (?, ?, ?, ?, ?)';

function writeDocument(
  access: Access,
  { run }: RunTarget,
  { hash, title, characters, label }: DocumentEntry,
): void {
  access.run(documentSql, [run, hash, title, characters, label]);
}

const acceptedSql =
  'insert into accepted(ledger, idx, action, samples, flagged, cost) values (?, ?, ?, ?, ?, ?)';

function writeAccepted(access: Access, { run }: RunTarget, { from, steps }: AcceptedEntry): void {
  const ledger = ledgerOf(access, run);
  let index = from;
  for (const { action, votes, flagged, costUsd } of steps) {
    access.run(acceptedSql, [ledger, index++, action, votes, flagged, costUsd]);
  }
}

function writeBegun(access: Access, { run }: RunTarget, { facts }: BegunEntry): void {
  access.run('update ledger set facts = ? where id = ?', [facts, ledgerOf(access, run)]);
}

// A run's id once instead of at each of a million steps.
function ledgerOf(access: Access, run: string): number {
  const find = () =>
    access.all<{ id: number }>('select id from ledger where run = ?', [run])[0]?.id;
  const known = find();
  if (known !== undefined) return known;
  access.run('insert into ledger(run) values (?)', [run]);
  return find()!;
}
