import type { Scope } from '../run/scope.ts';
import type { StreamPart, Warning } from '../types.ts';

/** What a pattern reports before it commits, as reasoning parts of its stream. */
export interface Progress {
  /** Gives the parts of what is reported until the work ends; opens the stream with the first of them. */
  until(work: Promise<unknown>, warnings: () => Warning[]): AsyncGenerator<StreamPart>;
  /** Whether the stream has been opened. */
  hasBegun(): boolean;
}

/** Listens to a scope. Reasoning is no part of the answer's text, so that nothing is said before the commit point. */
export function openProgress(scope: Scope): Progress {
  const reported: string[] = [];
  let wake = () => {};
  let block = 0;
  scope.onTold = text => {
    reported.push(text);
    wake();
  };
  return {
    async *until(work, warnings) {
      const ended = work.then(
        () => true,
        () => true,
      );
      for (let isOver = false; ; ) {
        for (const text of reported.splice(0)) {
          if (block === 0) yield { type: 'stream-start', warnings: warnings() };
          yield* reasoning(`progress of ${scope.span.modelId} ${++block}`, text);
        }
        if (isOver) return;
        const more = new Promise<false>(resolve => {
          wake = () => resolve(false);
        });
        isOver = reported.length === 0 && (await Promise.race([ended, more]));
      }
    },
    hasBegun: () => block > 0,
  };
}

function* reasoning(id: string, text: string): Generator<StreamPart> {
  yield { type: 'reasoning-start', id };
  yield { type: 'reasoning-delta', id, delta: `${text}\n` };
  yield { type: 'reasoning-end', id };
}
