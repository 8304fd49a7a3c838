import type { OutcomeLog, PolicyEvaluation, PolicyFigures } from '../../../src/entries/eval.ts';
import type { ChosenPolicies } from './choose-policies.ts';

type Headline = Pick<PolicyFigures, 'apgr' | 'cpt50' | 'cpt80' | 'need95' | 'auroc' | 'ece'>;

/**
 * What `tandem eval` prints and saves. The headline figures are those of `subject`; shares are
 * 0..1.
 */
export interface EvaluationReport extends Headline {
  /** Headline figures of every other policy, by name. */
  readonly baselines: Readonly<Record<string, Headline>>;
  readonly subject: string;
  readonly data: {
    readonly file: string;
    readonly split: string | null;
    readonly rows: number;
    readonly hash: string;
  };
  /** Groups and their shares: what the figures hold for. */
  readonly mix: readonly { readonly group: string; readonly share: number }[];
  readonly evaluation: PolicyEvaluation;
  readonly routing: ChosenPolicies['routing'] | null;
  readonly thresholds: ChosenPolicies['thresholds'] | null;
  readonly trainedOn: ChosenPolicies['trainedOn'] | null;
  readonly warnings: readonly string[];
}

const fewRows = 50;

/** Joins what was measured to a report. */
export function reportOf(facts: {
  readonly evaluation: PolicyEvaluation;
  readonly chosen: ChosenPolicies;
  readonly log: OutcomeLog;
  readonly data: string;
  readonly split: unknown;
}): EvaluationReport {
  const { evaluation, chosen, log } = facts;
  const subject = evaluation.policies.find(({ name }) => name === chosen.subject)!;
  const others = evaluation.policies.filter(policy => policy !== subject);
  return {
    ...headline(subject),
    baselines: Object.fromEntries(others.map(policy => [policy.name, headline(policy)])),
    subject: chosen.subject,
    data: {
      file: facts.data,
      split: typeof facts.split === 'string' ? facts.split : null,
      rows: log.rows.length,
      hash: log.hash,
    },
    mix: mixOf(log),
    evaluation,
    routing: chosen.routing ?? null,
    thresholds: chosen.thresholds ?? null,
    trainedOn: chosen.trainedOn ?? null,
    warnings: [...log.warnings, ...doubts(evaluation)],
  };
}

function headline({ apgr, cpt50, cpt80, need95, auroc, ece }: PolicyFigures): Headline {
  return { apgr, cpt50, cpt80, need95, auroc, ece };
}

function mixOf({ rows }: OutcomeLog): EvaluationReport['mix'] {
  const counts = new Map<string, number>();
  for (const { group = '(none)' } of rows) counts.set(group, (counts.get(group) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .map(([group, count]) => ({ group, share: count / rows.length }));
}

/** Says how little a share is worth that so few rows were measured on. */
export function fewRowsDoubt(rows: number, share: number): string[] {
  if (rows >= fewRows) return [];
  const width = 2 * 1.96 * Math.sqrt((share * (1 - share)) / rows || 0.25 / rows);
  return [
    `${rows} rows are few: a share measured on them has an interval ` +
      `${(100 * width).toFixed(0)} points wide.`,
  ];
}

function doubts({ rows, gap, local, cloud }: PolicyEvaluation): string[] {
  const said = fewRowsDoubt(rows, cloud);
  if (gap.low <= 0 && gap.high >= 0) {
    said.push(
      `What the cloud adds (${(100 * (cloud - local)).toFixed(1)} points) cannot be told from ` +
        'nothing on these rows: ' +
        'APGR and CPT mean nothing here.',
    );
  } else if (gap.high < 0) {
    said.push(
      'The local model is better than the cloud on these rows: APGR and CPT are read the other ' +
        'way round.',
    );
  }
  return said;
}
