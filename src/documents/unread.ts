import type { Call } from '../model/types.ts';
import type { Document } from './document.ts';

/** A file that was given and could not be read. */
export interface UnreadFile {
  readonly title: string;
  readonly why: string;
}

/** What was given, and what of it could not be read. */
export interface GivenFiles {
  readonly documents: readonly Document[];
  readonly unread?: readonly UnreadFile[] | undefined;
}

const shown = 5;

/**
 * Says what could not be read, by name: files, and pages without usable text; empty if all was.
 */
export function unreadLine({ documents, unread = [] }: GivenFiles): string {
  const pages = documents.flatMap(({ title, withoutText }) =>
    withoutText ? [`${title} (${pagesOf(withoutText)} without text)`] : [],
  );
  const all = [...unread.map(({ title }) => title), ...pages];
  if (all.length === 0) return '';
  const more = all.length > shown ? ` and ${all.length - shown} more` : '';
  return `Not read: ${all.slice(0, shown).join(', ')}${more}.`;
}

/** How much could not be read, without a name: for a model, and for reasons. */
export function unreadCounts({ documents, unread = [] }: GivenFiles): string {
  const pages = documents.reduce((sum, { withoutText = [] }) => sum + withoutText.length, 0);
  const total = documents.reduce((sum, each) => sum + each.pages.length, 0);
  const parts = [
    ...(unread.length > 0 ? [`${unread.length} of ${unread.length + documents.length} files`] : []),
    ...(pages > 0 ? [`${pages} of ${total} pages`] : []),
  ];
  return parts.length === 0 ? '' : `${parts.join(' and ')} could not be read`;
}

/** What an answer says of itself where something could not be read. */
export function aboutUnread(given: GivenFiles, reason: string) {
  const counts = unreadCounts(given);
  return counts === '' ? { reason } : { reason: `${counts}; ${reason}`, degraded: true };
}

/** Tells the model that answers how much it cannot know of; the call as it is if all was read. */
export function tellingUnread(call: Call, given: GivenFiles): Call {
  const counts = unreadCounts(given);
  const last = call.prompt.findLastIndex(message => message.role === 'user');
  if (counts === '' || last < 0) return call;
  const text = `(Of what was given, ${counts}. Say so where it matters.)`;
  const prompt = call.prompt.map((message, index) =>
    index === last && message.role === 'user'
      ? { ...message, content: [...message.content, { type: 'text' as const, text }] }
      : message,
  );
  return { ...call, prompt };
}

function pagesOf(pages: readonly number[]): string {
  const named = pages.slice(0, 8).join(', ');
  const more = pages.length > 8 ? ` and ${pages.length - 8} more` : '';
  return `page${pages.length > 1 ? 's' : ''} ${named}${more}`;
}
