// So many milliseconds of a turn of the event loop go to work in slices.
const mostOfTurn = 8;

/**
 * Does work that is cut into slices. All such work of the process shares a few milliseconds of each
 * turn of the event loop, so that others are let in however much there is of it; what is short is
 * done without a wait.
 */
export function inSlices<Result>(work: Generator<void, Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const go = () => {
      try {
        const step = work.next();
        if (step.done) resolve(step.value);
        return step.done === true;
      } catch (error) {
        reject(error);
        return true;
      }
    };
    while (waiting.length === 0 && hasTime()) if (go()) return;
    if (waiting.push(go) === 1) setImmediate(takeTurn);
  });
}

// Each does a slice, and tells whether it was the last.
const waiting: (() => boolean)[] = [];
let turnBegan: number | undefined;

function hasTime(): boolean {
  if (turnBegan !== undefined) return performance.now() - turnBegan < mostOfTurn;
  turnBegan = performance.now();
  setImmediate(() => (turnBegan = undefined));
  return true;
}

// Who waits longest goes first.
function takeTurn(): void {
  turnBegan = performance.now();
  do {
    const go = waiting.shift()!;
    if (!go()) waiting.push(go);
  } while (waiting.length > 0 && hasTime());
  if (waiting.length > 0) setImmediate(takeTurn);
  setImmediate(() => (turnBegan = undefined));
}
