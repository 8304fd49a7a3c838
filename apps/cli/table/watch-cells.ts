import type { FilledCell } from '../../../src/entries/runs.ts';
import type { Invocation } from '../command.ts';

const lineEveryMs = 10_000;

/** Shows how far a table is: on a terminal in place, elsewhere a line at most every 10 s. */
export function watchCells({ terminal, options }: Invocation, questions: number) {
  const isTold = options.json !== true && options.quiet !== true;
  let [files, cells, known] = [0, 0, 0];
  let reading = '';
  let saidAt = performance.now();
  const show = () => {
    if (!isTold) return;
    const kept = known > 0 ? `, ${known} from before` : '';
    const line = `${cells} cells${kept} · file ${files} · ${questions} questions · ${reading}`;
    if (terminal.showsProgress) return terminal.progress(line);
    if (performance.now() - saidAt < lineEveryMs) return;
    saidAt = performance.now();
    terminal.note(line);
  };
  return {
    onFile(title: string) {
      files++;
      reading = title;
      show();
    },
    onCell({ isKnown }: FilledCell) {
      cells++;
      if (isKnown) known++;
      show();
    },
    stop: () => terminal.clearProgress(),
  };
}
