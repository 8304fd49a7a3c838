import type { PgBoss } from 'pg-boss';
import type { Database } from '../database.ts';

/** A queue that is open, with the database that it lies in. */
export interface OpenedQueue {
  readonly boss: PgBoss;
  readonly database: Database;
  readonly schema: string;
}

/** A job that is done, at the attempt at which it was taken. */
export interface DoneJob {
  readonly queue: string;
  readonly id: string;
  readonly retryCount: number;
  readonly body: string;
}

// Whoever waits for a result looks for it more rarely.
const togetherMs = 20;

/** Tells the queue what is done, many jobs in one statement. */
export function openSettling({ database, schema }: OpenedQueue) {
  let waiting: DoneJob[] = [];
  let settling = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  // One that was given to another meanwhile stays that one's.
  const sql = `update ${schema}.job j
    set state = 'completed', completed_on = now(), output = json_build_object('body', i.body)
    from json_to_recordset($2::json) as i(id uuid, "retryCount" integer, body text)
    where j.name = $1 and j.id = i.id and j.retry_count = i."retryCount" and j.state = 'active'`;
  const flush = async () => {
    const jobs = waiting;
    timer = undefined;
    waiting = [];
    for (const [queue, each] of Map.groupBy(jobs, job => job.queue)) {
      const rows = each.map(({ id, retryCount, body }) => ({ id, retryCount, body }));
      // What is not told is brought again, and its run replays it.
      await database.all(sql, [queue, JSON.stringify(rows)]).catch(() => {});
    }
  };
  const begin = () => {
    settling = settling.then(flush);
  };
  return {
    add(job: DoneJob): void {
      waiting.push(job);
      timer ??= setTimeout(begin, togetherMs);
    },
    /** Waits until all is told. */
    async settled(): Promise<void> {
      clearTimeout(timer);
      begin();
      await settling;
    },
  };
}
