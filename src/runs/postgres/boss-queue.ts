import { setTimeout as pause } from 'node:timers/promises';
import type { JobWithMetadata, PgBoss } from 'pg-boss';
import { TandemError } from '../../model/errors.ts';
import type { StoreOptions } from '../engine/store-engine.ts';
import type {
  BroughtRun,
  QueuedResult,
  QueueProgress,
  QueueWork,
  RunQueue,
} from '../queue/run-queue.ts';
import { Database } from './database.ts';

interface JobData {
  readonly group: string;
  readonly body: string;
}

type QueueJob = Pick<JobWithMetadata<JobData>, 'id' | 'data' | 'retryCount'> & {
  readonly queue: string;
};

// Longer than a lease, so that a run is free when it is brought to another one.
const heartbeatSeconds = 10;
const touchMs = 3000;
const idleMs = { least: 50, most: 500 };
const findQueuesMs = 5000;
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
const prefix = 'runs';

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

interface OpenedQueue {
  readonly boss: PgBoss;
  readonly database: Database;
  readonly schema: string;
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
    work: given => Promise.resolve(startWork(boss, given)),
    async results(ids) {
      const rows = await Promise.all([...made].map(queue => endedOf(opened, queue, ids)));
      return rows.flat();
    },
    progress: group => progressOf(opened, group),
    async cancel(group) {
      const rows = await database.all<{ id: string; name: string }>(
        `select id::text as id, name from ${schema}.job where data ->> 'group' = $1
         and state::text in ('created', 'retry', 'active')`,
        [group],
      );
      for (const [name, each] of Map.groupBy(rows, row => row.name))
        await boss.cancel(
          name,
          each.map(({ id }) => id),
        );
      return rows.length;
    },
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
     from ${schema}.job where name like '${prefix}%'
     and ($1::text is null or data ->> 'group' = $1)`,
    [group ?? null],
  );
  return row!;
}

// What is needed stands in the name: whoever has less never asks for it.
function queueFor(needs: readonly string[]): string {
  const encoded = needs.toSorted().map(need => Buffer.from(need).toString('base64url'));
  return [prefix, ...encoded].join('/');
}

function needsOf(queue: string): string[] {
  const [, ...encoded] = queue.split('/');
  return encoded.map(need => Buffer.from(need, 'base64url').toString());
}

function startWork(boss: PgBoss, { lanes, has, handle }: QueueWork) {
  const atWork = new Map<string, { readonly job: QueueJob; readonly ended: Promise<void> }>();
  const stopped = new AbortController();
  let isStopping = false;
  let wake = () => {};
  const touching = setInterval(() => {
    for (const [queue, each] of Map.groupBy(atWork.values(), ({ job }) => job.queue))
      boss
        .touch(
          queue,
          each.map(({ job }) => attemptOf(job)),
        )
        .catch(() => {});
  }, touchMs);
  const doOne = async (job: QueueJob) => {
    await handleJob(boss, job, () => handle(runOf(job), stopped.signal));
    atWork.delete(job.id);
    wake();
  };
  const loop = async () => {
    const find = queueFinder(boss, has);
    let waitMs: number = idleMs.least;
    while (!isStopping) {
      const free = lanes() - atWork.size;
      // A server that is away for a moment brings nothing for so long.
      const taken = await find()
        .then(queues => take(boss, queues, free))
        .catch((): QueueJob[] => []);
      for (const job of taken) {
        if (!atWork.has(job.id)) atWork.set(job.id, { job, ended: doOne(job) });
      }
      waitMs = taken.length > 0 ? idleMs.least : Math.min(waitMs * 2, idleMs.most);
      await Promise.race([pause(waitMs), new Promise<void>(resolve => (wake = resolve))]);
    }
  };
  const looping = loop();
  return {
    async stop(graceMs: number) {
      isStopping = true;
      wake();
      await looping;
      const rest = Promise.all([...atWork.values()].map(({ ended }) => ended));
      await Promise.race([rest, pause(graceMs, undefined, { ref: false })]);
      // What is not ended by then is given to another at once.
      stopped.abort(new DOMException('The worker is shut down.', 'AbortError'));
      await rest;
      clearInterval(touching);
    },
  };
}

function runOf(job: QueueJob): BroughtRun {
  return { id: job.id, ...job.data, needs: needsOf(job.queue), tries: job.retryCount };
}

async function handleJob(boss: PgBoss, job: QueueJob, work: () => Promise<string>): Promise<void> {
  const body = await work().catch(() => undefined);
  // What is settled late, after somebody else has taken it, settles nothing.
  const settled =
    body === undefined
      ? boss.fail(job.queue, attemptOf(job))
      : boss.complete(job.queue, attemptOf(job), { body });
  await settled.catch(() => {});
}

function attemptOf({ id, retryCount }: QueueJob): { id: string; retryCount: number } {
  return { id, retryCount };
}

async function take(boss: PgBoss, queues: readonly string[], free: number): Promise<QueueJob[]> {
  const jobs: QueueJob[] = [];
  for (const queue of queues) {
    const batchSize = free - jobs.length;
    if (batchSize <= 0) break;
    const found = await boss.fetch<JobData>(queue, { batchSize, includeMetadata: true });
    jobs.push(...found.map(each => ({ ...each, queue })));
  }
  return jobs;
}

// Queues of needs that this process meets; new ones are looked for now and then.
function queueFinder(boss: PgBoss, has: readonly string[]): () => Promise<readonly string[]> {
  let known: readonly string[] = [];
  let foundMs = Number.NEGATIVE_INFINITY;
  return async () => {
    if (performance.now() - foundMs < (known.length > 0 ? findQueuesMs : idleMs.most)) return known;
    const queues = await boss.getQueues();
    foundMs = performance.now();
    known = queues
      .map(({ name }) => name)
      .filter(name => name === prefix || name.startsWith(`${prefix}/`))
      .filter(name => needsOf(name).every(need => has.includes(need)));
    return known;
  };
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
