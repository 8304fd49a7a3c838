import type { ContentCipher, KeptHead, RunStore } from '../../../src/entries/runs.ts';
import type { Label } from '../../../src/index.ts';
import type { Controls } from '../wire/controls.ts';
import { type BatchHold, holdsIn } from './batch-hold.ts';

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
  /** Lists those that have not ended. */
  unfinished(owner: string): Promise<KeptBatch[]>;
  /** Notes that a batch is to end, for whichever process works through it. */
  askToEnd(of: LineOwner): Promise<void>;
  /** When a batch was asked to end, in seconds since 1970. */
  askedToEnd(of: LineOwner): Promise<number | undefined>;
  keepLine(of: LineOwner, at: number, line: FinishedLine): Promise<void>;
  /** Which lines are finished, by their places. */
  finished(of: LineOwner): Promise<ReadonlyMap<number, Omit<FinishedLine, 'written'>>>;
  /** What is written of a line. */
  line(of: LineOwner, at: number): Promise<string | undefined>;
  forgetLines(of: LineOwner): Promise<void>;
  /**
   * Takes a batch for this process alone, of all on this store; undefined where another has it.
   * `lost` is called where another has taken it since. @throws TandemError `store_busy`
   */
  hold(of: LineOwner, lost: () => void): Promise<BatchHold | undefined>;
}

/** Whose lines they are. */
export interface LineOwner {
  readonly owner: string;
  readonly batch: string;
}

/** A line that needs no more work. */
export interface FinishedLine {
  readonly isAnswered: boolean;
  /** What may leave of it; unsaid of one that asked nothing. */
  readonly label?: Label | undefined;
  /** As JSON. */
  readonly written: string;
}

// Absent where a batch was kept before it was noted.
interface KeptBatchHead {
  readonly hasEnded?: boolean;
}

const mostBatches = 1000;
const mostLines = 1_000_000;

/** Keeps batches in a store of runs. */
export function batchesIn(store: RunStore, cipher: ContentCipher): BatchStore {
  return {
    ...wholeBatches(store, cipher),
    ...linesIn(store, cipher),
    ...endingIn(store),
    ...holdsIn(store),
  };
}

function wholeBatches(store: RunStore, cipher: ContentCipher) {
  const read = async (owner: string, id: string) => {
    const kept = await store.get('batch', owner, id);
    return kept && (JSON.parse(cipher.open(String(kept.body))) as KeptBatch);
  };
  const readAll = async (owner: string, heads: readonly KeptHead[]) => {
    const found = await Promise.all(heads.map(({ id }) => read(owner, id)));
    const batches = found.filter(each => each !== undefined);
    return batches.sort((a, b) => b.created_at - a.created_at);
  };
  return {
    async put(owner: string, batch: KeptBatch) {
      const body = cipher.seal(JSON.stringify(batch));
      const at = new Date(batch.created_at * 1000).toISOString();
      const head = JSON.stringify({ hasEnded: batch.ended_at !== undefined });
      const facts = { kind: 'batch' as const, owner, id: batch.id, at, head };
      await store.put({ ...facts, size: body.length, body }, { newest: mostBatches });
    },
    get: read,
    list: async (owner: string) => readAll(owner, await store.list('batch', owner, mostBatches)),
    async unfinished(owner: string) {
      const heads = await store.list('batch', owner, mostBatches);
      const left = heads.filter(({ head }) => !(JSON.parse(head) as KeptBatchHead).hasEnded);
      const batches = await readAll(owner, left);
      return batches.filter(each => each.ended_at === undefined);
    },
  };
}

function ownerOf({ owner, batch }: LineOwner): string {
  return `${batch} ${owner}`;
}

function linesIn(store: RunStore, cipher: ContentCipher) {
  return {
    async keepLine(of: LineOwner, at: number, { written, ...facts }: FinishedLine) {
      const body = cipher.seal(written);
      const head = JSON.stringify(facts);
      const named = { kind: 'batch-line' as const, owner: ownerOf(of), id: String(at), head };
      await store.put({ ...named, at: new Date().toISOString(), size: body.length, body });
    },
    async finished(of: LineOwner) {
      const heads = await store.list('batch-line', ownerOf(of), mostLines);
      return new Map(
        heads.map(({ id, head }) => [Number(id), JSON.parse(head) as FinishedLine] as const),
      );
    },
    async line(of: LineOwner, at: number) {
      const kept = await store.get('batch-line', ownerOf(of), String(at));
      return kept && cipher.open(String(kept.body));
    },
    async forgetLines(of: LineOwner) {
      await store.remove('batch-line', ownerOf(of));
      await store.remove(...wordOfEnd(of));
    },
  };
}

function wordOfEnd(of: LineOwner) {
  return ['batch-line', `end ${ownerOf(of)}`, 'end'] as const;
}

function endingIn(store: RunStore) {
  return {
    async askToEnd(of: LineOwner) {
      const [kind, owner, id] = wordOfEnd(of);
      const at = new Date().toISOString();
      await store.put({ kind, owner, id, at, head: '{}', size: 0, body: '' });
    },
    async askedToEnd(of: LineOwner) {
      const kept = await store.get(...wordOfEnd(of));
      return kept && Math.floor(Date.parse(kept.at) / 1000);
    },
  };
}
