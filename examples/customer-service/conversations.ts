// Conversations of customers, and which of them wait for a person; kept in one file.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/** One thing that was said. */
export interface Said {
  readonly by: 'customer' | 'desk' | 'person';
  readonly text: string;
  /** Of the desk's: the run that may be rated, who answered, and from which articles. */
  readonly runId?: string;
  readonly answeredBy?: string;
  readonly articles?: readonly string[];
  rating?: 'up' | 'down';
}

/** A conversation of one customer. */
export interface Conversation {
  readonly id: string;
  /** Whether a person is wanted, and has not closed it. */
  waits: boolean;
  readonly said: Said[];
}

/** Conversations by id. */
export interface Conversations {
  /** Finds one, or begins it. */
  of(id: string): Conversation;
  waiting(): Conversation[];
  save(): void;
}

const mostConversations = 10_000;

/** Opens the conversations of a file. */
export function openConversations(path: string): Conversations {
  const kept = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Conversation[]) : [];
  const byId = new Map(kept.map(conversation => [conversation.id, conversation]));
  return {
    of(id) {
      const known = byId.get(id) ?? { id, waits: false, said: [] };
      byId.set(id, known);
      const [oldest] = byId.keys();
      if (byId.size > mostConversations && oldest !== undefined) byId.delete(oldest);
      return known;
    },
    waiting: () => [...byId.values()].filter(({ waits }) => waits),
    save() {
      // Never half a file: the old one stands until the new one is whole.
      writeFileSync(`${path}.new`, JSON.stringify([...byId.values()]), { mode: 0o600 });
      renameSync(`${path}.new`, path);
    },
  };
}
