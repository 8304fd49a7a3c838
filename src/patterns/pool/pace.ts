/** How long calls take at a member of a pool. */
export interface Pace {
  /** Milliseconds of a call, of late. */
  meanMs: number;
  calls: number;
  /** When it answered last, or began after it had nothing to do. */
  heardAt: number;
}

// A mean of some twenty calls. Lengths of answers differ: only who is far slower counts as slower.
const weight = 0.1;
const leastCalls = 4;
const clearly = 2;
// What was learned is forgotten, and learned anew.
const keptMs = 600_000;
// One that does not answer for so many of its calls may answer none of them.
const patience = 4;

/** A member of which nothing is known yet. */
export function unknownPace(): Pace {
  return { meanMs: 0, calls: 0, heardAt: 0 };
}

/** Notes that a member begins, which had nothing to do. */
export function noteBegun(pace: Pace, now: number): void {
  if (now - pace.heardAt > keptMs) pace.calls = 0;
  pace.heardAt = now;
}

/** Notes a call that was answered. */
export function noteCall(pace: Pace, tookMs: number, now: number): void {
  pace.calls++;
  pace.meanMs += (tookMs - pace.meanMs) * Math.max(weight, 1 / pace.calls);
  pace.heardAt = now;
}

/** Whether calls take far longer here than there. */
export function isFarSlower(here: Pace, there: Pace, now: number): boolean {
  return isKnown(here, now) && isKnown(there, now) && here.meanMs > clearly * there.meanMs;
}

/** Whether a member that is full still gives answers. */
export function isAnswering({ meanMs, heardAt }: Pace, now: number): boolean {
  return now - heardAt < patience * meanMs;
}

function isKnown({ calls, heardAt }: Pace, now: number): boolean {
  return calls >= leastCalls && now - heardAt < keptMs;
}
