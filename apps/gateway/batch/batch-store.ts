import type { ContentCipher, RunStore } from '../../../src/entries/runs.ts';
import type { Controls } from '../wire/controls.ts';

/** A batch as its caller sees it, in OpenAI's names; times are seconds since 1970. */
export interface KeptBatch {
  readonly id: string;
  readonly endpoint: string;
  readonly input_file_id: string;
  readonly completion_window: string;
  readonly metadata: Readonly<Record<string, unknown>> | null;
  /** What holds for every line, the label of the file among it. */
  readonly controls: Controls;
  readonly created_at: number;
  readonly status:
    | 'in_progress'
    | 'finalizing'
    | 'completed'
    | 'failed'
    | 'cancelling'
    | 'cancelled';
  readonly ended_at?: number;
  readonly cancelling_at?: number;
  readonly output_file_id: string | null;
  readonly error_file_id: string | null;
  readonly request_counts: { readonly total: number; completed: number; failed: number };
  /** Why nothing of it was asked. */
  readonly problem?: { readonly code: string; readonly message: string };
}

/** Where batches and their finished lines are kept, until these are files. */
export interface BatchStore {
  put(owner: string, batch: KeptBatch): Promise<void>;
  get(owner: string, id: string): Promise<KeptBatch | undefined>;
  /** Newest first. */
  list(owner: string): Promise<KeptBatch[]>;
  keepLine(of: LineOwner, at: number, line: FinishedLine): Promise<void>;
  /** Which lines are finished, by their places, and whether each was answered. */
  finished(of: LineOwner): Promise<ReadonlyMap<number, boolean>>;
  /** What is written of a line. */
  line(of: LineOwner, at: number): Promise<string | undefined>;
  forgetLines(of: LineOwner): Promise<void>;
}

/** Whose lines they are. */
export interface LineOwner {
  readonly owner: string;
  readonly batch: string;
}

/** A line that needs no more work. */
export interface FinishedLine {
  readonly isAnswered: boolean;
  /** As JSON. */
  readonly written: string;
}

const mostBatches = 1000;
const mostLines = 1_000_000;

/** Keeps batches in a store of runs. */
export function batchesIn(store: RunStore, cipher: ContentCipher): BatchStore {
  const ownerOf = ({ owner, batch }: LineOwner) => `${batch} ${owner}`;
  const read = async (owner: string, id: string) => {
    const kept = await store.get('batch', owner, id);
    return kept && (JSON.parse(cipher.open(String(kept.body))) as KeptBatch);
  };
  return {
    async put(owner, batch) {
      const body = cipher.seal(JSON.stringify(batch));
      const at = new Date(batch.created_at * 1000).toISOString();
      const facts = { kind: 'batch' as const, owner, id: batch.id, at, head: '{}' };
      await store.put({ ...facts, size: body.length, body }, { newest: mostBatches });
    },
    get: read,
    async list(owner) {
      const heads = await store.list('batch', owner, mostBatches);
      const found = await Promise.all(heads.map(({ id }) => read(owner, id)));
      const batches = found.filter(each => each !== undefined);
      return batches.sort((a, b) => b.created_at - a.created_at);
    },
    async keepLine(of, at, { isAnswered, written }) {
      const body = cipher.seal(written);
      const head = JSON.stringify({ isAnswered });
      const facts = { kind: 'batch-line' as const, owner: ownerOf(of), id: String(at), head };
      await store.put({ ...facts, at: new Date().toISOString(), size: body.length, body });
    },
    async finished(of) {
      const heads = await store.list('batch-line', ownerOf(of), mostLines);
      return new Map(
        heads.map(({ id, head }) => {
          return [Number(id), (JSON.parse(head) as { isAnswered: boolean }).isAnswered] as const;
        }),
      );
    },
    async line(of, at) {
      const kept = await store.get('batch-line', ownerOf(of), String(at));
      return kept && cipher.open(String(kept.body));
    },
    async forgetLines(of) {
      await store.remove('batch-line', ownerOf(of));
    },
  };
}
