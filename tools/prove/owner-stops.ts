import type { Proof } from './journal.ts';
import {
  type Contest,
  type CutFinding,
  type CutPlan,
  cutOwners,
  firstPayment,
  judgeTakeover,
  paidWhenGoingOn,
  pause,
  sayTimes,
} from './owner-cuts.ts';
import { ownerLeaseMs } from './owner-process.ts';

// It happens where the stop comes between two instructions, and not at every one.
const mostInHand = (stops: number) => 1 + Math.floor(stops / 10);

/**
 * Stops owners of a run with SIGSTOP for longer than their lease, and lets them go on. Every third
 * is stopped inside its write to a file: then nobody can take the run over, and whoever waits is
 * told which process holds the store. On Postgres a process that is stopped holds nothing.
 */
export async function proveStops(plan: CutPlan): Promise<Proof> {
  const { times: stops, random, server } = plan;
  let busy = 0;
  const cuts = await cutOwners(plan, async (contest, index) => {
    const isInside = server === undefined && index % 3 === 1;
    const found = await stop(contest, { isInside, beyondMs: 200 + random() * 800 });
    if (found.takenMs === undefined) busy++;
    return found;
  });
  return {
    says: [
      `${stops} stops; ${cuts.payments} calls paid in ${cuts.runs} runs, ${cuts.excess} of them ` +
        `in flight at a stop, ${cuts.inHand} in hand`,
      `taken over from a stopped process in ${sayTimes(cuts.takenMs)}` +
        (server === undefined ? `; stopped inside a write, and named: ${busy}` : ''),
    ],
    problems: [
      ...cuts.problems,
      ...(cuts.inHand > mostInHand(stops)
        ? [`${cuts.inHand} calls of ${stops} stopped processes were paid when they went on`]
        : []),
    ],
  };
}

async function stop(
  { files, holder, waiter }: Contest,
  { isInside, beyondMs }: { isInside: boolean; beyondMs: number },
): Promise<CutFinding> {
  if (isInside) holder.tell('stop inside');
  else holder.signal('SIGSTOP');
  while (!holder.isStopped() && !holder.hasEnded()) await pause(2);
  const stoppedMs = Date.now();
  const next = await Promise.race([
    firstPayment(files, 0, ({ pid }) => pid === waiter.pid, 10_000),
    waiter.ended.then(end => end?.code ?? ''),
  ]);
  const answeredMs = Date.now() - stoppedMs;
  await pause(Math.max(0, ownerLeaseMs - answeredMs) + beyondMs);
  const contMs = Date.now();
  holder.signal('SIGCONT');
  if (next === 'store_busy') return judgeRefusal({ files, holder, waiter }, { answeredMs, contMs });
  const end = await holder.ended;
  const late = paidWhenGoingOn(files, holder.pid, contMs);
  const { problems, ...taken } = judgeTakeover(
    stoppedMs,
    typeof next === 'object' ? next : undefined,
  );
  return {
    ...taken,
    problems: [
      ...problems,
      ...(isInside ? ['a run was taken over while its owner was stopped inside a write'] : []),
      ...(end?.code === 'run_taken'
        ? []
        : [`a stopped process ended with ${end?.code || 'an answer'}, not run_taken`]),
      ...late.problems,
    ],
    inHand: late.inHand,
    holder: waiter,
  };
}

// Nobody has taken the run over, so that it is still the stopped process's own, and it goes on.
async function judgeRefusal(
  { files, holder, waiter }: Pick<Contest, 'files' | 'holder' | 'waiter'>,
  { answeredMs, contMs }: { answeredMs: number; contMs: number },
): Promise<CutFinding> {
  const end = await waiter.ended;
  const goesOn = await firstPayment(
    files,
    0,
    ({ pid, atMs }) => pid === holder.pid && atMs >= contMs,
    10_000,
  );
  const problems = [
    ...(goesOn ? [] : ['a process whose run nobody took over did not go on']),
    ...(end?.data.pid === holder.pid
      ? []
      : [`store_busy names ${String(end?.data.pid)}, not ${holder.pid}`]),
    ...(answeredMs > ownerLeaseMs + 500 ? [`store_busy came after ${answeredMs} ms`] : []),
  ];
  return { problems, holder };
}
