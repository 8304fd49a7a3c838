import { hash } from 'node:crypto';
import type { ContentCipher } from '../../../src/entries/runs.ts';
import type { BatchAsker, LineOutcome } from '../batch/answer-line.ts';
import type { BatchLine } from '../batch/batch-lines.ts';
import { findServed } from '../catalogue.ts';

/** A line of a batch, with how it is asked. */
export interface QueuedLine extends Pick<BatchAsker, 'batchId' | 'controls' | 'model'> {
  readonly line: BatchLine;
  /** Who has sent it to a gateway; absent of a file's. */
  readonly caller?: string | undefined;
}

/** What a worker must have to read lines that are sealed with a key; nothing without one. */
export function keyLabels(key: string | undefined): readonly string[] {
  return key === undefined ? [] : [`key:${hash('sha256', key).slice(0, 8)}`];
}

/** Says of a caller of gateways what a worker must have to ask as they would. */
export function callerLabel(name: string): string {
  return `caller:${name}`;
}

/** What a worker must have to answer a line: the model that it asks, where that is known. */
export function modelLabels({ catalogue, model }: BatchAsker, line: BatchLine): readonly string[] {
  const served = findServed(catalogue, model ?? String(line.body.model));
  return served ? [`model:${served.name}`] : [];
}

/** Writes a line as it lies in the queue: sealed where there is a key, without odd characters. */
export function sealLine(queued: QueuedLine, cipher: ContentCipher): string {
  return sealed(queued, cipher);
}

/** @throws TandemError `journal_failed` where it was sealed with another key */
export function openQueuedLine(body: string, cipher: ContentCipher): QueuedLine {
  return opened(body, cipher) as QueuedLine;
}

/** Writes what became of a line. */
export function sealOutcome(outcome: LineOutcome, cipher: ContentCipher): string {
  return sealed(outcome, cipher);
}

/** @throws TandemError `journal_failed` */
export function openOutcome(body: string, cipher: ContentCipher): LineOutcome {
  return opened(body, cipher) as LineOutcome;
}

function sealed(value: unknown, cipher: ContentCipher): string {
  return Buffer.from(cipher.seal(JSON.stringify(value))).toString('base64');
}

function opened(body: string, cipher: ContentCipher): unknown {
  return JSON.parse(cipher.open(Buffer.from(body, 'base64').toString()));
}
