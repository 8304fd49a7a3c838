import { createHash } from 'node:crypto';
import type { OutcomeRow, Policy, readOutcomes } from '../../src/entries/eval.ts';
import { drawnRows } from '../gsm8k/drawn.ts';
import type { EvalRow } from '../result.ts';

/**
 * How often a calibrated cascade keeps less than is demanded. The log holds no signals of drafts,
 * so that its gate joins what weights that had not seen a row say of it, and how long the prompt
 * is: a guarantee must hold whatever signals are worth.
 */
export function cascadeRows(
  name: string,
  log: ReturnType<typeof readOutcomes>,
  { localRight = [] }: Policy,
): EvalRow[] {
  const rows = log.rows.map((row, at): OutcomeRow => {
    const isFitted = createHash('sha256').update(row.prompt).digest()[0]! % 10 < 3;
    const signals = { stated: localRight[at]!, promptCharacters: row.prompt.length };
    return {
      ...row,
      split: isFitted ? 'train' : 'cal',
      local: { ...row.local, model: row.local.model ?? 'local', signals },
      cloud: { ...row.cloud, model: row.cloud.model ?? 'cloud' },
    };
  });
  const demands = { quality: 0.95, confidence: 0.95 } as const;
  return [
    ...drawnRows(`${name}, cascade, ratio .95`, demands, { ...log, rows }),
    ...drawnRows(`${name}, cascade, kept .95`, { ...demands, measure: 'kept' }, { ...log, rows }),
  ];
}
