import type { Layer } from '../layer.ts';

/**
 * Makes sure before each try that the run is still this process's own. @throws TandemError
 * `run_taken`
 */
export const owned: Layer = {
  when: 'address',
  around: next => (step, call, show) => {
    const sure = step.scope.run.journal?.confirm?.();
    return sure ? sure.then(() => next(step, call, show)) : next(step, call, show);
  },
};
