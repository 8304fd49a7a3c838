/** Where a text is to end. */
export interface Stops {
  /** It ends before the first of these. */
  readonly before: readonly string[];
  /** It ends after this. */
  readonly after: string | undefined;
}

/** Passes a growing text on, except what may be the beginning of a stop. */
export interface StopCutter {
  /** Adds a piece; returns what may be passed on. */
  add(piece: string): string;
  /** The text ended at a stop; nothing more will be passed on. */
  readonly isStopped: boolean;
  /** Returns what was held back; the text ends without a stop. */
  rest(): string;
}

/** Makes a cutter of one text. */
export function stopCutter({ before, after }: Stops): StopCutter {
  const stops: readonly Stop[] = [
    ...before.map(text => ({ text, kept: 0 })),
    ...(after === undefined ? [] : [{ text: after, kept: after.length }]),
  ].filter(({ text }) => text !== '');
  let held = '';
  let isStopped = false;
  const take = (length: number) => {
    const taken = held.slice(0, length);
    held = held.slice(length);
    return taken;
  };
  return {
    add(piece) {
      if (isStopped) return '';
      held += piece;
      const [first] = stops
        .flatMap(stop => found(held, stop))
        .sort((a, b) => a.complete - b.complete || a.end - b.end);
      isStopped = first !== undefined;
      if (first) return take(first.end);
      return take(held.length - Math.max(0, ...stops.map(({ text }) => overlap(held, text))));
    },
    get isStopped() {
      return isStopped;
    },
    rest: () => (isStopped ? '' : take(held.length)),
  };
}

interface Stop {
  readonly text: string;
  /** How much of it stays. */
  readonly kept: number;
}

// The stop that is complete first counts: another rule would cut elsewhere when the pieces are
// larger.
function found(held: string, { text, kept }: Stop): { complete: number; end: number }[] {
  const at = held.indexOf(text);
  return at < 0 ? [] : [{ complete: at + text.length, end: at + kept }];
}

function overlap(text: string, stop: string): number {
  for (let size = Math.min(stop.length - 1, text.length); size > 0; size--) {
    if (text.endsWith(stop.slice(0, size))) return size;
  }
  return 0;
}
