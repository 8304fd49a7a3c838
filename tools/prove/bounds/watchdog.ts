import { PerformanceObserver } from 'node:perf_hooks';

/** How long a thread was held, without what the collector of garbage took. */
export interface Held {
  /** Milliseconds of processor time. */
  readonly longestMs: number;
  /** Those of more than 20 ms, with their times since 1970. */
  readonly stretches: readonly Stretch[];
}

/** A time for which a thread was held. */
export interface Stretch {
  readonly ms: number;
  readonly from: number;
  readonly to: number;
}

const tickMs = 5;

/**
 * Watches how much processor time this thread takes between two ticks of a timer of 5 ms: where no
 * tick comes, something holds the thread.
 */
export function watchdog(): { take(): Held } {
  const stretches: { readonly begin: number; readonly end: number; readonly cpuMs: number }[] = [];
  const collections: { readonly begin: number; readonly end: number }[] = [];
  new PerformanceObserver(list => {
    for (const { startTime, duration } of list.getEntries())
      collections.push({ begin: startTime, end: startTime + duration });
  }).observe({ entryTypes: ['gc'] });
  let [begin, cpu] = [performance.now(), process.threadCpuUsage()];
  setInterval(() => {
    const end = performance.now();
    const used = process.threadCpuUsage(cpu);
    const cpuMs = (used.user + used.system) / 1000;
    if (cpuMs > 4 * tickMs) stretches.push({ begin, end, cpuMs });
    [begin, cpu] = [end, process.threadCpuUsage()];
  }, tickMs).unref();
  return {
    take() {
      const taken = stretches.map(({ begin, end, cpuMs }): Stretch => {
        const within = collections.filter(each => each.begin < end && each.end > begin);
        const wall = Math.max(1, end - begin);
        const collected = within.reduce((sum, each) => sum + each.end - each.begin, 0);
        // Under load a collection takes longer by the clock than on the processor.
        const ms = cpuMs - Math.min(collected, cpuMs) * Math.min(1, cpuMs / wall);
        return { ms, from: performance.timeOrigin + begin, to: performance.timeOrigin + end };
      });
      stretches.length = 0;
      collections.length = 0;
      return { longestMs: Math.max(0, ...taken.map(({ ms }) => ms)), stretches: taken };
    },
  };
}
