import { TandemError } from '../../../model/errors.ts';
import type { StoreOptions } from '../../engine/store-engine.ts';
import type { QueuedResult, QueueProgress, RunQueue } from '../../queue/run-queue.ts';
import { Database } from '../database.ts';
import { queueFor, queuePrefix } from './boss-names.ts';
import type { OpenedQueue } from './boss-settling.ts';
import { startWork } from './boss-work.ts';

// Longer than a lease, so that a run is free when it is brought to another one.
const heartbeatSeconds = 10;
const daySeconds = 86_400;
const queueOptions = {
  // A run that somebody else still holds is brought again.
  retryLimit: 1000,
  retryDelay: 2,
  heartbeatSeconds,
  expireInSeconds: daySeconds - 1,
  retentionSeconds: 14 * daySeconds,
  deleteAfterSeconds: 7 * daySeconds,
} as const;

/** Opens the queue that lies beside a store on Postgres, in a schema of its own. */
export async function openBossQueue(path: string, options: StoreOptions): Promise<RunQueue> {
  const database = new Database(path, options);
  database.begin(async () => {});
  await database.opened();
  const { PgBoss: Boss } = await loadBoss();
  const schema = `${database.address.schema}_queue`;
  const boss = new Boss({
    db: { executeSql: (text, values) => database.asIs(text, values) },
    schema,
    schedule: false,
    monitorIntervalSeconds: 5,
    superviseIntervalSeconds: 5,
    maintenanceIntervalSeconds: 3600,
  });
  // What fails is tried again by whoever asked.
  boss.on('error', () => {});
  try {
    await boss.start();
  } catch (error) {
    await database.close(async () => {});
    throw database.failure(error);
  }
  return queueOn({ boss, database, schema });
}

function queueOn(opened: OpenedQueue): RunQueue {
  const { boss, database, schema } = opened;
  const made = new Set<string>();
  const told = <Result>(work: Promise<Result>) =>
    work.catch((error: unknown) => {
      throw database.failure(error);
    });
  return {
    async send(runs, { isAgain = false } = {}) {
      let count = 0;
      for (const [queue, each] of Map.groupBy(runs, ({ needs }) => queueFor(needs))) {
        if (!made.has(queue)) await told(boss.createQueue(queue, queueOptions));
        made.add(queue);
        const ids = each.map(({ id }) => id);
        const ended = await endedOf(opened, queue, ids);
        const again = ended.filter(({ state }) => isAgain || state !== 'done').map(({ id }) => id);
        if (again.length > 0) await told(boss.deleteJob(queue, again));
        const rows = each.map(({ id, group, body }) => ({ id, data: { group, body } }));
        count += (await told(boss.insert(queue, rows, { returnId: true })))?.length ?? 0;
      }
      return count;
    },
    work: given => Promise.resolve(startWork(opened, given)),
    async results(ids) {
      const rows = await Promise.all([...made].map(queue => endedOf(opened, queue, ids)));
      return rows.flat();
    },
    progress: group => progressOf(opened, group),
    forget: async group =>
      void (await database.all(
        `delete from ${schema}.job where name like '${queuePrefix}%' and data ->> 'group' = $1`,
        [group],
      )),
    async [Symbol.asyncDispose]() {
      await boss.stop({ graceful: false, close: false }).catch(() => {});
      await database.close(async () => {});
    },
  };
}

// Found one by one in the table's key: read by a list of ids, it would be read whole each time.
async function endedOf(
  { database, schema }: OpenedQueue,
  queue: string,
  ids: readonly string[],
): Promise<QueuedResult[]> {
  const rows = await database.all<QueuedResult>(
    `select job.* from unnest($1::uuid[]) as asked(id) cross join lateral (
       select id::text as id, output ->> 'body' as body,
         case state::text when 'completed' then 'done' else state::text end as state
       from ${schema}.job where name = $2 and id = asked.id
       and state::text in ('completed', 'cancelled', 'failed') offset 0
     ) job`,
    [ids, queue],
  );
  return rows.map(row => ({ ...row, body: row.body ?? undefined }));
}

async function progressOf({ database, schema }: OpenedQueue, group: string | undefined) {
  const [row] = await database.all<QueueProgress>(
    `select count(*) filter (where state::text in ('created', 'retry'))::integer as waiting,
       count(*) filter (where state::text = 'active')::integer as active,
       count(*) filter (where state::text in ('completed', 'cancelled', 'failed'))::integer
         as ended
     from ${schema}.job where name like '${queuePrefix}%'
     and ($1::text is null or data ->> 'group' = $1)`,
    [group ?? null],
  );
  return row!;
}

async function loadBoss(): Promise<typeof import('pg-boss')> {
  try {
    return await import('pg-boss');
  } catch (cause) {
    throw new TandemError(
      'missing_package',
      'A queue for workers needs the package pg-boss. Run `npm install pg-boss`.',
      { cause },
    );
  }
}
