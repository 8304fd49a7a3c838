/** What a compaction hands to a client, to be sent back in place of a conversation. */

const begin = 'tandem1.';

/** Writes a summary for a client to keep; what labels hold for it is kept here, under its id. */
export function compactedContent(summary: string): string {
  return `${begin}${Buffer.from(summary, 'utf8').toString('base64url')}`;
}

/** Reads it again; `undefined` for what another server has made. */
export function compactedText(content: unknown): string | undefined {
  if (typeof content !== 'string' || !content.startsWith(begin)) return undefined;
  const summary = Buffer.from(content.slice(begin.length), 'base64url').toString('utf8');
  return `Summary of the conversation so far:\n${summary}`;
}
