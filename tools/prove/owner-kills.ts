import type { Proof } from './journal.ts';
import {
  type Contest,
  type CutFinding,
  type CutPlan,
  type Cuts,
  cutOwners,
  firstPayment,
  judgeTakeover,
  sayTimes,
} from './owner-cuts.ts';
import { ownerLeaseMs, paymentsIn } from './owner-process.ts';

/**
 * Kills owners of a run with SIGKILL: of half of the deaths the waiting process can know by their
 * process id, and in the other half the owner is stopped first and killed when another has the run,
 * so that its lease must run out.
 */
export async function proveKills(plan: CutPlan): Promise<Proof> {
  const { times: kills } = plan;
  const seen = await cutOwners({ ...plan, times: Math.ceil(kills / 2) }, killSeen);
  const unseen = await cutOwners({ ...plan, times: Math.floor(kills / 2) }, killUnseen);
  const problems = [...seen.problems, ...unseen.problems];
  return {
    says: [
      `${kills} kills; ${sum(seen, unseen, 'payments')} calls paid in ${seen.runs + unseen.runs} ` +
        'runs, ' +
        `${sum(seen, unseen, 'excess')} of them in flight at a cut before`,
      `taken over from a process that is known to be dead in ${sayTimes(seen.takenMs)}`,
      `taken over by the lease of ${ownerLeaseMs} ms in ${sayTimes(unseen.takenMs)}`,
    ],
    problems,
  };
}

function sum(one: Cuts, other: Cuts, figure: 'payments' | 'excess'): number {
  return one[figure] + other[figure];
}

async function killSeen(
  { files, holder, waiter, spare }: Contest,
  index: number,
): Promise<CutFinding> {
  // Now and then nobody waits: the successor is a process that asks only then.
  const isLate = index % 5 === 4;
  if (isLate) waiter.signal('SIGKILL');
  const killedMs = Date.now();
  holder.signal('SIGKILL');
  await holder.ended;
  const paid = paymentsIn(files.log).length;
  const successor = isLate ? spare : waiter;
  const fromMs = isLate ? await successor.ask() : killedMs;
  const payment = await firstPayment(files, 0, ({ pid }) => pid === successor.pid, 10_000);
  const late = paymentsIn(files.log)
    .slice(paid)
    .filter(({ pid }) => pid === holder.pid);
  const { problems, ...found } = judgeTakeover(fromMs, payment);
  return {
    ...found,
    problems: [...problems, ...late.map(({ call }) => `a dead process paid the call ${call}`)],
    holder: successor,
  };
}

async function killUnseen({ files, holder, waiter, spare }: Contest): Promise<CutFinding> {
  const stoppedMs = Date.now();
  holder.signal('SIGSTOP');
  const payment = await Promise.race([
    firstPayment(files, 0, ({ pid }) => pid === waiter.pid, 10_000),
    waiter.ended.then(end => end?.code),
  ]);
  holder.signal('SIGKILL');
  await holder.ended;
  if (payment !== 'store_busy') {
    return {
      ...judgeTakeover(stoppedMs, typeof payment === 'object' ? payment : undefined),
      holder: waiter,
    };
  }
  // It was stopped inside a write, which only its death ends.
  const end = await waiter.ended;
  const problems =
    end?.data.pid === holder.pid
      ? []
      : [`store_busy names ${String(end?.data.pid)}, not ${holder.pid}`];
  const fromMs = await spare.ask();
  const next = judgeTakeover(
    fromMs,
    await firstPayment(files, 0, ({ pid }) => pid === spare.pid, 10_000),
  );
  return { problems: [...problems, ...next.problems], holder: spare };
}
