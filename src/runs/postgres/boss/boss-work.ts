import { setTimeout as pause } from 'node:timers/promises';
import type { JobWithMetadata, PgBoss } from 'pg-boss';
import type { QueueWork } from '../../queue/run-queue.ts';
import { needsOf } from './boss-names.ts';
import { type DoneJob, type OpenedQueue, openSettling } from './boss-settling.ts';

interface JobData {
  readonly group: string;
  readonly body: string;
}

type QueueJob = Pick<JobWithMetadata<JobData>, 'id' | 'data' | 'retryCount'> & {
  readonly queue: string;
};

const touchMs = 3000;
const idleMs = { least: 50, most: 500 };
const findQueuesMs = 5000;
// So much work is brought before there is a lane for it, where jobs are short: each would else wait
// for a statement of its own.
const ahead = { ms: 100, most: 64 };

/** Takes jobs and works on them until it is stopped. */
export function startWork(opened: OpenedQueue, given: QueueWork) {
  const work = new BossWork(opened, given);
  return { stop: (graceMs: number) => work.stop(graceMs) };
}

class BossWork {
  readonly #boss: PgBoss;
  readonly #given: QueueWork;
  readonly #waiting: QueueJob[] = [];
  readonly #atWork = new Map<string, { readonly job: QueueJob; readonly ended: Promise<void> }>();
  readonly #stopped = new AbortController();
  readonly #settling: ReturnType<typeof openSettling>;
  readonly #touching: NodeJS.Timeout;
  readonly #looping: Promise<void>;
  #isStopping = false;
  #wake = () => {};
  /** Milliseconds of a job, as the last ones were. */
  #meanMs: number | undefined;

  constructor(opened: OpenedQueue, given: QueueWork) {
    this.#boss = opened.boss;
    this.#given = given;
    this.#settling = openSettling(opened);
    this.#touching = setInterval(() => this.#touch(), touchMs);
    this.#looping = this.#loop();
  }

  async stop(graceMs: number): Promise<void> {
    this.#isStopping = true;
    this.#wake();
    await this.#looping;
    const rest = Promise.all([...this.#atWork.values()].map(({ ended }) => ended));
    await Promise.race([rest, pause(graceMs, undefined, { ref: false })]);
    // What is not ended by then is given to another at once.
    this.#stopped.abort(new DOMException('The worker is shut down.', 'AbortError'));
    await rest;
    await this.#settling.settled();
    clearInterval(this.#touching);
  }

  async #loop(): Promise<void> {
    const find = queueFinder(this.#boss, this.#given.has);
    let waitMs: number = idleMs.least;
    for (let turn = 0; !this.#isStopping; turn++) {
      // A job may end while others are brought.
      const woken = new Promise<void>(resolve => (this.#wake = resolve));
      // A server that is away for a moment brings nothing for so long.
      const taken = await find()
        .then(queues => this.#take(queues, turn))
        .catch((): QueueJob[] => []);
      this.#waiting.push(...taken.filter(({ id }) => !this.#isHere(id)));
      this.#begin();
      await this.#giveBack(({ queue }) => this.#mostOf(queue) === 0);
      waitMs = taken.length > 0 ? idleMs.least : Math.min(waitMs * 2, idleMs.most);
      await Promise.race([pause(waitMs), woken]);
    }
    await this.#giveBack(() => true);
  }

  // The first queue is another one each time, so that a long one does not keep others waiting.
  async #take(queues: readonly string[], turn: number): Promise<QueueJob[]> {
    const first = turn % Math.max(1, queues.length);
    let room = this.#room();
    const jobs: QueueJob[] = [];
    for (const queue of [...queues.slice(first), ...queues.slice(0, first)]) {
      const most = this.#mostOf(queue);
      const batchSize = most < this.#given.lanes ? Math.min(room, most - this.#count(queue)) : room;
      if (batchSize <= 0) continue;
      const options = { batchSize, includeMetadata: true } as const;
      const found = await this.#boss.fetch<JobData>(queue, options);
      jobs.push(...found.map(each => ({ ...each, queue })));
      room -= found.length;
    }
    return jobs;
  }

  #room(): number {
    return this.#given.lanes + this.#ahead() - this.#atWork.size - this.#waiting.length;
  }

  #ahead(): number {
    if (this.#meanMs === undefined) return 0;
    return Math.min(ahead.most, Math.floor((this.#given.lanes * ahead.ms) / this.#meanMs));
  }

  #mostOf(queue: string): number {
    const { lanes, most } = this.#given;
    return Math.min(lanes, most?.(needsOf(queue) ?? []) ?? lanes);
  }

  #count(queue: string): number {
    const all = [...this.#waiting, ...[...this.#atWork.values()].map(({ job }) => job)];
    return all.filter(job => job.queue === queue).length;
  }

  #isHere(id: string): boolean {
    return this.#atWork.has(id) || this.#waiting.some(job => job.id === id);
  }

  #begin(): void {
    while (this.#atWork.size < this.#given.lanes && this.#waiting.length > 0 && !this.#isStopping) {
      const job = this.#waiting.shift()!;
      this.#atWork.set(job.id, { job, ended: this.#doOne(job) });
    }
  }

  async #doOne(job: QueueJob): Promise<void> {
    const { id, queue, data, retryCount } = job;
    const begunMs = performance.now();
    const run = { id, ...data, needs: needsOf(queue) ?? [], tries: retryCount };
    const body = await this.#given.handle(run, this.#stopped.signal).catch(() => undefined);
    if (body === undefined) {
      // What is settled late, after somebody else has taken it, settles nothing.
      await this.#boss.fail(queue, { id, retryCount }).catch(() => {});
    } else {
      const tookMs = performance.now() - begunMs;
      this.#meanMs = this.#meanMs === undefined ? tookMs : 0.9 * this.#meanMs + 0.1 * tookMs;
      this.#settling.add({ queue, id, retryCount, body } satisfies DoneJob);
    }
    this.#atWork.delete(id);
    // Many are brought at once, before the last has begun.
    if (this.#waiting.length <= this.#ahead() / 2) this.#wake();
    this.#begin();
  }

  async #giveBack(isMeant: (job: QueueJob) => boolean): Promise<void> {
    const [back, kept] = [this.#waiting.filter(isMeant), this.#waiting.filter(j => !isMeant(j))];
    this.#waiting.splice(0, this.#waiting.length, ...kept);
    for (const [queue, each] of Map.groupBy(back, job => job.queue))
      await this.#boss.fail(queue, each.map(attemptOf)).catch(() => {});
  }

  #touch(): void {
    const here = [...this.#waiting, ...[...this.#atWork.values()].map(({ job }) => job)];
    for (const [queue, each] of Map.groupBy(here, job => job.queue))
      this.#boss.touch(queue, each.map(attemptOf)).catch(() => {});
  }
}

function attemptOf({ id, retryCount }: QueueJob): { id: string; retryCount: number } {
  return { id, retryCount };
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
      .filter(name => needsOf(name)?.every(need => has.includes(need)) ?? false);
    return known;
  };
}
