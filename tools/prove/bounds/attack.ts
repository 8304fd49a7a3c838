import type { ServerProcess } from '../gateway-process.ts';
import type { Sent } from './requests.ts';
import { senderTo } from './sent-answer.ts';
import type { Held } from './watchdog.ts';

/** The gateway that is attacked, which tells what held its thread. */
export type Gateway = ServerProcess<Held & { readonly heapMb: number; readonly cpuS: number }>;

// Much of an attack is waiting: for a turn, for a second try, for a thread.
const atOnce = 8;
const judgedAtOnce = 8;
// What is done for a request may go on after its answer.
const afterwardsMs = 1000;

/** What an attack is held to: a stretch of the thread, and where it says what is wrong. */
export interface Judging {
  readonly most: number;
  readonly heapMb: number;
  readonly problems: string[];
}

interface Timed {
  readonly sent: Sent;
  readonly from: number;
  readonly to: number;
}

/** Sends requests, many at once, and finds by asking again which of them held the thread. */
export function attackOn(gateway: Gateway, { most, heapMb, problems }: Judging) {
  const shots = shotsAt(gateway, problems);
  let [longestMs, again] = [0, 0];
  const heldBy = async (requests: readonly Sent[]): Promise<number> => {
    again += requests.length;
    await shots.sendAll(requests, judgedAtOnce);
    return (await shots.standing()).longestMs;
  };
  // What held the thread among others is asked again by itself, twice: the smaller time counts.
  const judge = async (sent: Sent) => {
    const first = await heldBy([sent]);
    const ms = first <= most ? first : Math.min(first, await heldBy([sent]));
    longestMs = Math.max(longestMs, ms);
    const what = `${sent.what} ${String(sent.body).slice(0, 300)}`;
    if (ms > most) problems.push(`held the thread for ${ms.toFixed(0)} ms: ${what}`);
  };
  // Few are asked again at once: many that are ready together hold it by their number.
  const judgeFew = async (few: readonly Sent[]) => {
    const ms = few.length > 1 ? await heldBy(few) : Number.POSITIVE_INFINITY;
    if (ms <= most) longestMs = Math.max(longestMs, ms);
    else for (const each of few) if (gateway.isAlive()) await judge(each);
  };
  return {
    async all(requests: readonly Sent[]) {
      const timed = await shots.sendAll(requests, atOnce);
      const { longestMs: together, stretches } = await shots.standing();
      if (together <= most) longestMs = Math.max(longestMs, together);
      const long = stretches.filter(({ ms }) => ms > most);
      const isSuspect = (each: Timed) =>
        long.some(({ from, to }) => each.from <= to && each.to + afterwardsMs >= from);
      const suspects = timed.filter(isSuspect).map(({ sent }) => sent);
      for (let at = 0; at < suspects.length; at += judgedAtOnce)
        await judgeFew(suspects.slice(at, at + judgedAtOnce));
    },
    goesOn: () => problems.length < 20,
    says: () =>
      `${shots.says()} of ${heapMb} MB; ${again} asked again; thread held for ` +
      `${longestMs.toFixed(0)} ms at most`,
  };
}

function shotsAt(gateway: Gateway, problems: string[]) {
  const { send, statuses } = senderTo(gateway.url, atOnce);
  let [highestMb, cpuS] = [0, 0];
  return {
    async sendAll(requests: readonly Sent[], lanes: number): Promise<Timed[]> {
      gateway.send('reset');
      const left = [...requests];
      const timed: Timed[] = [];
      const work = async () => {
        for (let sent = left.pop(); sent && gateway.isAlive(); sent = left.pop()) {
          const from = now();
          const wrong = await send(sent);
          timed.push({ sent, from, to: now() });
          if (wrong) problems.push(wrong);
        }
      };
      await Promise.all(Array.from({ length: lanes }, work));
      return timed;
    },
    async standing(): Promise<Held> {
      if (!gateway.isAlive()) return { longestMs: 0, stretches: [] };
      const told = await gateway.report().catch(() => undefined);
      if (!told) return { longestMs: 0, stretches: [] };
      highestMb = Math.max(highestMb, told.heapMb);
      cpuS = told.cpuS;
      return told;
    },
    says: () =>
      `${statuses()}; ${cpuS.toFixed(0)} s of processor time; heap at most ${highestMb.toFixed(0)}`,
  };
}

function now(): number {
  return performance.timeOrigin + performance.now();
}
