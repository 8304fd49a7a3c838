/** What a compaction hands to a client, to be sent back in place of a conversation. */

import { type Label, labels } from '../../../../src/index.ts';

const begin = 'tandem1.';

/**
 * Writes a summary for a client to keep. Its label goes along: clients send the item back without
 * its id, to another server, or when it is no longer kept here.
 */
export function compactedContent(summary: string, label: Label): string {
  return `${begin}${Buffer.from(summary, 'utf8').toString('base64url')}.${label}`;
}

/** Reads it again; `undefined` for what another server has made. */
export function compacted(content: unknown): { text: string; label?: Label } | undefined {
  if (typeof content !== 'string' || !content.startsWith(begin)) return undefined;
  const [summary = '', said] = content.slice(begin.length).split('.');
  const label = labels.find(each => each === said);
  const text = Buffer.from(summary, 'base64url').toString('utf8');
  return { text: `Summary of the conversation so far:\n${text}`, ...(label && { label }) };
}
