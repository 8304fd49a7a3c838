import { TandemError } from '../../model/errors.ts';
import type { OutcomeLog, OutcomeRow } from '../outcomes/outcome-log.ts';
import type { RouterWeights } from './router-weights.ts';

const leastRows = 20;
const fewRows = 50;

/**
 * Names the pair of models that a log is of. @throws TandemError `invalid_argument` for a log of
 * several
 */
export function pairOf(rows: readonly OutcomeRow[]): RouterWeights['pair'] {
  const named = (role: 'local' | 'cloud') => {
    const names = [...new Set(rows.map(row => row[role].model ?? 'unknown'))];
    if (names.length === 1) return names[0]!;
    throw new TandemError(
      'invalid_argument',
      `The log mixes ${names.length} ${role} models: ${names.slice(0, 4).join(', ')}. Give ` +
        'the rows of one pair.',
      { data: { role, models: names.slice(0, 10) } },
    );
  };
  return { local: named('local'), cloud: named('cloud') };
}

/**
 * Says what must be known of a log before a router learns from it. @throws TandemError
 * `invalid_argument`
 * @example
 * ```ts
 * for (const remark of requireLearnable(log)) console.warn(remark);
 * ```
 */
export function requireLearnable({ rows, warnings }: OutcomeLog): string[] {
  const needs = rows.filter(({ local, cloud }) => cloud.correct > local.correct).length;
  if (rows.length < leastRows) {
    throw new TandemError(
      'invalid_argument',
      `A router cannot be trained on ${rows.length} rows. Give ${leastRows} or more; 200 to 500 ` +
        `begin to be useful.${warnings.map(each => ` ${each}`).join('')}`,
      { data: { rows: rows.length } },
    );
  }
  if (needs === 0 || needs === rows.length) {
    const what =
      needs === 0 ? 'the cloud is never better than the local model' : 'the cloud is always better';
    throw new TandemError(
      'invalid_argument',
      `Nothing can be learned from this log: ${what}, in all ${rows.length} rows. Route ` +
        'everything to ' +
        `${needs === 0 ? 'the local model' : 'the cloud'}, or give a log with both outcomes.`,
      { data: { rows: rows.length, needs } },
    );
  }
  if (rows.length >= fewRows) return [];
  const width = 2 * 1.96 * Math.sqrt(0.25 / rows.length);
  return [
    `${rows.length} rows are few: any share measured on them is uncertain by up to ` +
      `${(100 * width).toFixed(0)} points ` +
      '(width of the 95 % interval). 200 to 500 rows begin to be useful.',
  ];
}
