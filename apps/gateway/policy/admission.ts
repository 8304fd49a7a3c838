import type { GatewaySettings } from '../settings.ts';
import { later } from '../wire/problem.ts';
import type { Caller } from './keys.ts';

/** Lets so many requests in at a time, and so many a minute. */
export interface Admission {
  /** Takes one of the caller's requests of this minute. @throws Problem 429 */
  count(caller: Caller): void;
  /** Takes a turn, or waits for one; the returned function gives it back. @throws Problem 503 */
  enter(signal: AbortSignal): (() => void) | Promise<() => void>;
  readonly active: number;
  readonly waiting: number;
}

interface Bucket {
  tokens: number;
  filledMs: number;
}

/** Opens the gate of a server. */
export function openAdmission(
  limits: () => GatewaySettings['limits'],
  now: () => number,
): Admission {
  const buckets = new Map<string, Bucket>();
  const queue: (() => void)[] = [];
  let active = 0;
  const leave = () => {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const next = queue.shift();
      if (next) next();
      else active--;
    };
  };
  return {
    count({ name, key }) {
      const rate = key?.requestsPerMinute;
      if (rate !== undefined) takeToken(buckets, name, { rate, now: now() });
    },
    enter(signal) {
      if (active >= limits().concurrency) return turn(queue, limits(), signal).then(leave);
      active++;
      return leave();
    },
    get active() {
      return active;
    },
    get waiting() {
      return queue.length;
    },
  };
}

function takeToken(
  buckets: Map<string, Bucket>,
  name: string,
  { rate, now }: { rate: number; now: number },
): void {
  const most = Math.max(1, rate);
  const bucket = buckets.get(name) ?? { tokens: most, filledMs: now };
  const tokens = Math.min(most, bucket.tokens + ((now - bucket.filledMs) * rate) / 60_000);
  buckets.set(name, { tokens: tokens >= 1 ? tokens - 1 : tokens, filledMs: now });
  if (tokens >= 1) return;
  const seconds = ((1 - tokens) * 60) / rate;
  throw later(
    { status: 429, code: 'rate_limit_exceeded', seconds },
    `The key "${name}" may send ${rate} requests a minute. Wait ${Math.ceil(seconds)} s.`,
  );
}

function turn(
  queue: (() => void)[],
  limits: GatewaySettings['limits'],
  signal: AbortSignal,
): Promise<void> {
  if (queue.length >= limits.waiting) throw full();
  return new Promise((resolve, reject) => {
    const end = (work: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      const position = queue.indexOf(go);
      if (position >= 0) queue.splice(position, 1);
      work();
    };
    const go = () => end(resolve);
    const abort = () => end(() => reject(signal.reason));
    const timer = setTimeout(() => end(() => reject(full())), limits.waitMs);
    signal.addEventListener('abort', abort, { once: true });
    queue.push(go);
  });
}

function full() {
  return later(
    { status: 503, code: 'overloaded', seconds: 2 },
    'The server is at work on as much as it may. Wait 2 s.',
  );
}
