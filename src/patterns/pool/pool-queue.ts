import { orAbort } from '../../model/leaf/retry.ts';
import { isAnswering, isFarSlower, noteBegun, noteCall, type Pace, unknownPace } from './pace.ts';

/** One call that waits for a member. */
export interface Wish {
  /** What a member must have read last to answer quickly; absent where nothing is shared. */
  readonly prefix: string | undefined;
  /** Members that have failed it, by position. */
  readonly not: ReadonlySet<number>;
  readonly signal: AbortSignal | undefined;
}

/** How many calls each member serves, and which one a call goes to. */
export interface PoolQueue {
  /**
   * Waits until a member takes the call, and returns its position; `undefined` where none may take
   * it: each has failed it, or is left alone.
   */
  take(wish: Wish): Promise<number | undefined>;
  /**
   * Gives a member's slot back, and notes whether it was there and, of a call that was answered,
   * the milliseconds that it took.
   */
  give(member: number, isThere: boolean, tookMs?: number): void;
  /** Members as they stand now. */
  states(): readonly MemberState[];
}

/** How one member of a pool stands. */
export interface MemberState {
  /** Calls that it serves now. */
  readonly out: number;
  /** Milliseconds until it is asked again, after it has failed; 0 for now. */
  readonly restsMs: number;
  /** Calls that it has served. */
  readonly served: number;
  /** Calls for which it was not there. */
  readonly failed: number;
}

interface Member {
  readonly slots: number;
  out: number;
  restsUntil: number;
  /** In a row. */
  failures: number;
  served: number;
  failed: number;
  /** What it began to read last. */
  last: string | undefined;
  readonly pace: Pace;
}

interface WaitingCall extends Wish {
  passed: number;
  readonly resolve: (member: number | undefined) => void;
}

// So many of the waiting are looked at; one that was passed over so often goes to whoever is free.
const looked = 64;
const patience = 16;
const rest = { firstMs: 1000, mostMs: 30_000 };
const mostPrefixes = 4096;
const againMs = 250;

interface PoolState {
  readonly members: readonly Member[];
  /** Which member read a prefix last. */
  readonly homes: Map<string, number>;
  readonly queue: WaitingCall[];
  readonly now: () => number;
  timer?: NodeJS.Timeout;
}

/**
 * Opens the queue of a pool. Members pull: one that is free takes the first call whose prefix it
 * has read last, else the oldest that is at home nowhere, so that no member drowns in calls that
 * others could serve. One that is far slower leaves those calls alone that others will have
 * answered before it had. One that fails is left alone for 1 s, doubled each time up to 30 s.
 */
export function openPoolQueue(
  slots: readonly number[],
  now: () => number = () => performance.now(),
): PoolQueue {
  const members: Member[] = slots.map(each => ({
    ...{ slots: each, out: 0, restsUntil: 0, failures: 0, served: 0, failed: 0, last: undefined },
    pace: unknownPace(),
  }));
  const state: PoolState = { members, homes: new Map(), queue: [], now };
  return {
    take: wish => take(state, wish),
    give: (at, isThere, tookMs) => give(state, at, { isThere, tookMs }),
    states: () =>
      members.map(({ out, restsUntil, served, failed }) => {
        return { out, restsMs: Math.max(0, restsUntil - now()), served, failed };
      }),
  };
}

async function take(state: PoolState, wish: Wish): Promise<number | undefined> {
  wish.signal?.throwIfAborted();
  if (isHopeless(state, wish)) return undefined;
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  const waiting: WaitingCall = { ...wish, passed: 0, resolve };
  state.queue.push(waiting);
  feed(state);
  try {
    return await (wish.signal ? orAbort(promise, wish.signal) : promise);
  } catch (error) {
    const position = state.queue.indexOf(waiting);
    if (position >= 0) state.queue.splice(position, 1);
    else {
      // It was given a slot in the same moment.
      const member = await promise;
      if (member !== undefined) give(state, member, { isThere: true });
    }
    throw error;
  }
}

interface GivenBack {
  readonly isThere: boolean;
  readonly tookMs?: number | undefined;
}

function give(state: PoolState, at: number, { isThere, tookMs }: GivenBack): void {
  const member = state.members[at]!;
  member.out--;
  if (tookMs !== undefined) noteCall(member.pace, tookMs, state.now());
  member.failures = isThere ? 0 : member.failures + 1;
  if (isThere) member.served++;
  else {
    member.failed++;
    const restMs = Math.min(rest.mostMs, rest.firstMs * 2 ** (member.failures - 1));
    member.restsUntil = state.now() + restMs;
    dismiss(state);
  }
  feed(state);
}

function feed(state: PoolState): void {
  while (feedOnce(state));
  clearTimeout(state.timer);
  const { queue, members } = state;
  // Nothing else says that a rest is over, or that a faster member does not answer any more.
  if (queue.length > 0 && members.some(({ out, slots }) => out < slots))
    state.timer = setTimeout(() => feed(state), againMs);
}

// A member that begins to rest may have been the last hope of some; nothing else takes it away.
function dismiss(state: PoolState): void {
  const { queue } = state;
  for (const wish of queue.filter(each => isHopeless(state, each))) {
    queue.splice(queue.indexOf(wish), 1);
    wish.resolve(undefined);
  }
}

function isHopeless(state: PoolState, wish: Wish): boolean {
  return state.members.every((_, at) => !mayTake(state, at, wish));
}

// One call for the quickest and least busy member that takes one; whether any did.
function feedOnce(state: PoolState): boolean {
  const { members, queue, now } = state;
  const order = [...members.keys()].sort((a, b) => {
    const [one, other] = [members[a]!, members[b]!];
    if (isFarSlower(one.pace, other.pace, now())) return 1;
    return isFarSlower(other.pace, one.pace, now()) ? -1 : one.out - other.out;
  });
  for (const at of order) {
    if (queue.length === 0) return false;
    if (members[at]!.out >= members[at]!.slots || rests(state, at)) continue;
    const seen = queue.slice(0, looked).filter((wish, n) => isFor(state, at, { wish, n }));
    const wish = pick(state, at, seen);
    if (wish) {
      settle(state, at, queue.indexOf(wish));
      return true;
    }
    for (const each of seen) each.passed++;
  }
  return false;
}

// Whether a member may take one that waits behind so many, and nobody else will have answered it
// before this one had.
function isFor(
  state: PoolState,
  at: number,
  { wish, n }: { readonly wish: Wish; readonly n: number },
): boolean {
  if (!mayTake(state, at, wish)) return false;
  const { members, now } = state;
  const { pace } = members[at]!;
  const faster = members.filter(
    (other, there) =>
      isFarSlower(pace, other.pace, now()) &&
      mayTake(state, there, wish) &&
      (other.out < other.slots || isAnswering(other.pace, now())),
  );
  const sum = (of: (member: Member) => number) => faster.reduce((all, each) => all + of(each), 0);
  const perMs = sum(each => each.slots / each.pace.meanMs);
  return faster.length === 0 || pace.meanMs <= (n + 1 + sum(each => each.slots)) / perMs;
}

// First what has waited too long, then what it read just now, then what it read at all.
function pick(state: PoolState, at: number, seen: readonly WaitingCall[]): WaitingCall | undefined {
  const { homes } = state;
  const { last, out } = state.members[at]!;
  const wanted = [
    ({ passed }: WaitingCall) => passed >= looked,
    ({ prefix }: WaitingCall) => prefix !== undefined && prefix === last,
    ({ prefix }: WaitingCall) => prefix !== undefined && homes.get(prefix) === at,
    (wish: WaitingCall) => isHomeless(state, at, wish),
    // A member that has nothing to do waits for nobody's home.
    () => out === 0,
  ];
  for (const isWanted of wanted) {
    const wish = seen.find(isWanted);
    if (wish) return wish;
  }
  return undefined;
}

function settle({ members, homes, queue, now }: PoolState, at: number, position: number): void {
  const [wish] = queue.splice(position, 1) as [WaitingCall];
  for (const passed of queue.slice(0, position)) passed.passed++;
  const member = members[at]!;
  if (member.out++ === 0) noteBegun(member.pace, now());
  if (wish.prefix !== undefined) {
    member.last = wish.prefix;
    remember(homes, wish.prefix, at);
  }
  wish.resolve(at);
}

function rests({ members, now }: PoolState, at: number): boolean {
  return members[at]!.restsUntil > now();
}

function mayTake(state: PoolState, at: number, wish: Wish): boolean {
  return !wish.not.has(at) && !rests(state, at);
}

// A home that is far slower is none.
function isHomeless(state: PoolState, at: number, wish: WaitingCall): boolean {
  const { members, homes, now } = state;
  const home = wish.prefix === undefined ? undefined : homes.get(wish.prefix);
  return (
    home === undefined ||
    wish.passed >= patience ||
    !mayTake(state, home, wish) ||
    isFarSlower(members[home]!.pace, members[at]!.pace, now())
  );
}

// The latest stand last: what was not read for long is no longer in any member's cache.
function remember(homes: Map<string, number>, prefix: string, at: number): void {
  homes.delete(prefix);
  homes.set(prefix, at);
  if (homes.size <= mostPrefixes) return;
  for (const oldest of homes.keys()) {
    homes.delete(oldest);
    return;
  }
}
