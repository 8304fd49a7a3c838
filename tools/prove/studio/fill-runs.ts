import type { FileJournal } from '../../../src/entries/runs.ts';
import { hostileTexts } from './hostile-texts.ts';

const minuteMs = 60_000;
const questions = [
  'How do I reset my password?',
  'Summarise the incident log of 4 May',
  'What does clause 7.2 say of notice?',
  'Write a regular expression for IBANs',
  '<img src=x onerror=alert(1)> refund please',
];

/** Fills a journal with runs of the past, five minutes apart: of two keys, places and patterns. */
export async function fillRuns(journal: FileJournal, count: number): Promise<void> {
  const { store } = journal;
  const { startMs, stepMs } = { startMs: Date.now() - count * 5 * minuteMs, stepMs: 5 * minuteMs };
  for (let n = 0; n < count; n++) {
    const atMs = startMs + n * stepMs;
    await fillRun(store, n, new Date(atMs));
    if (n % 2000 === 0) await store.flush();
  }
  await fillLong(store);
  for (const [n, text] of hostileTexts.entries()) {
    await fillHostile(store, n, text);
    await fillCited(journal, n, text);
  }
  await store.flush();
}

/** A run of ten thousand calls, and runs whose names, errors and reasons are hostile. */
export const longRun = 'a-run-of-many-calls';
export const hostileRun = (n: number) => `a-hostile-run-${n}`;
export const citedRun = (n: number) => `a-cited-run-${n}`;
const manyCalls = 10_000;

async function fillLong(store: FileJournal['store']): Promise<void> {
  const atMs = Date.now() - minuteMs;
  const at = new Date(atMs).toISOString();
  const held = await store.hold(longRun, { holder: 'fill', leaseMs: 60_000, at, isNew: true });
  if ('holder' in held) return;
  for (let n = 0; n < manyCalls; n++) {
    const timed = { startMs: 5 * n, durationMs: 4 + (n % 9), key: `m${n}`, slot: `m${n}` };
    const place = n % 40 === 0 ? 'cloud' : 'device';
    await store.append(held, [{ ...call(at, n), ...timed, place }], 'noted');
  }
  const facts = { title: 'Many calls', pattern: 'maker', model: 'maker', place: 'device' };
  await store.release(held, { state: 'done', at: new Date().toISOString(), facts });
}

async function fillHostile(store: FileJournal['store'], n: number, text: string): Promise<void> {
  const at = new Date(Date.now() - n * 1000).toISOString();
  const of = { holder: 'fill', leaseMs: 60_000, at, isNew: true };
  const held = await store.hold(hostileRun(n), of);
  if ('holder' in held) return;
  const names = { model: text, answeredBy: text, pattern: text, baseline: text, owner: text };
  await store.append(held, [{ ...egress(at, n), destination: text, purpose: text }], 'noted');
  await store.append(held, [{ ...call(at, n), model: text, trail: [text] }], 'noted');
  await store.release(held, {
    ...{ state: 'failed', error: text, at },
    facts: { title: text, place: 'cloud', degraded: false, savedUsd: 0.1, ...names },
  });
}

// Quotes, headings and titles of documents come from files of anybody.
async function fillCited(journal: FileJournal, n: number, text: string): Promise<void> {
  const at = new Date(Date.now() - n * 1000).toISOString();
  const { store } = journal;
  const of = { holder: 'fill', leaseMs: 60_000, at, isNew: true };
  const held = await store.hold(citedRun(n), of);
  if ('holder' in held) return;
  const document = { hash: `${n}`, title: text, characters: 9, label: 'extracts' as const };
  await store.append(held, [{ kind: 'document', ...document }], 'noted');
  const facts = { title: `Cited ${n}`, pattern: 'minions', model: 'minions', place: 'device' };
  await store.release(held, { state: 'done', at, facts });
  const boxes = [{ page: 1, x: 1, y: 2, width: 3, height: 4 }];
  const cited = { id: text, title: text, heading: text, quote: text, page: 1, line: 2, boxes };
  await journal.keepBeside(citedRun(n), 'evidence', { facts: {}, content: { citations: [cited] } });
}

async function fillRun(store: FileJournal['store'], n: number, begun: Date): Promise<void> {
  const isCloud = n % 3 === 0;
  const run = `${begun.getTime().toString(16).padStart(12, '0')}-${n.toString(16)}`;
  const at = begun.toISOString();
  const title = questions[n % questions.length]!;
  const facts = {
    ...(n % 4 === 0 && { owner: n % 8 === 0 ? 'website' : 'desk' }),
    ...{ title, pattern: 'cascade', model: 'support' },
    answeredBy: isCloud ? 'azure:gpt-4.1' : 'ollama:phi4-mini',
    place: isCloud ? 'cloud' : 'device',
    degraded: n % 97 === 0,
    savedUsd: isCloud ? -0.0006 : 0.0031,
    baseline: n % 50 === 49 ? 'none:gpt-4.1' : 'azure:gpt-4.1',
  };
  const held = await store.hold(run, { holder: 'fill', leaseMs: 60_000, at, isNew: true });
  if ('holder' in held) return;
  if (isCloud) {
    await store.append(held, [egress(at, n)], 'noted');
    await store.append(held, [call(at, n)], 'noted');
  }
  const end = new Date(begun.getTime() + 300 + (n % 700)).toISOString();
  const isFailed = n % 41 === 0;
  await store.release(held, {
    ...{ state: isFailed ? ('failed' as const) : ('done' as const), at: end, facts },
    ...(isFailed && { error: 'model_failed' }),
  });
}

function egress(at: string, n: number) {
  const hash = n.toString(16).padStart(64, 'a');
  return {
    ...{ kind: 'egress' as const, at, destination: 'azure:gpt-4.1', place: 'cloud' },
    ...{ purpose: 'answer', characters: 512, tokens: 128, contentHash: hash },
    ...{ masked: n % 3, label: 'cloud-allowed' as const, body: undefined },
  };
}

function call(at: string, n: number) {
  return {
    ...{ kind: 'call' as const, at, key: `k${n}`, slot: `s${n}`, model: 'azure:gpt-4.1' },
    ...{ digest: { model: 'm', prompt: 'p', options: 'o' }, trail: ['cascade', 'answer'] },
    ...{ place: 'cloud', inputTokens: 128, cachedTokens: 0, outputTokens: 200 },
    ...{ costUsd: 0.0048, characters: 512, attempts: 1, startMs: 320, durationMs: 900 },
    isFinished: true,
  };
}
