import {
  type Pilot,
  type Progress,
  type Projection,
  type Solution,
  unseenBy,
} from '../../../src/entries/solve.ts';
import { table } from '../layout.ts';
import { dollars, type Style } from '../terminal.ts';

/** Says what a pilot found, as rows of a table. */
export function pilotRows(pilot: Pilot, style: Style): string[][] {
  const { basis, states, votes, p, pLower, valid, poisoned, hard = [], extraVotes } = pilot;
  const what = basis === 'truth' ? 'right' : 'in agreement';
  const share =
    `${votes} valid votes on ${states} states: ${percent(p)} ${what} ` +
    `(${percent(pLower)} or more)`;
  const flags = Object.entries(pilot.flags).sort(([, a], [, b]) => b - a);
  const flagged = flags.slice(0, 3).map(([flag, count]) => `${flag} ${count}`);
  return [
    ['pilot', share],
    [
      '',
      style.dim(
        `${percent(1 - valid)} flagged${flagged.length > 0 ? `: ${flagged.join(', ')}` : ''}`,
      ),
    ],
    ['', style.dim(sampleText(pilot.perSample))],
    ...wordingRows(pilot, style),
    poisoned
      ? ['', curedText(pilot, style)]
      : [
          '',
          style.bad(
            'agreement, not accuracy: nobody knew the right answers, and no target is promised',
          ),
        ],
    ...(hard.length > 0
      ? [
          [
            '',
            `${hard.length} much harder than the others: k goes by ` +
              `${hard.length === 1 ? 'it' : 'them'}`,
          ],
        ]
      : []),
    ...(extraVotes > 0
      ? [['', style.dim(`${extraVotes} more samples on states that were unclear or hard`)]]
      : []),
  ];
}

function wordingRows({ wordings = [] }: Pilot, style: Style): string[][] {
  if (wordings.length < 2) return [];
  const shares = wordings.map(
    ({ votes, right }, index) => `wording ${index + 1} ${percent(right / Math.max(1, votes))}`,
  );
  return [['', style.dim(`right by ${shares.join(', ')}`)]];
}

function sampleText({
  inputTokens,
  outputTokens,
  durationMs,
  costUsd,
}: Pilot['perSample']): string {
  const tokens = `${inputTokens.toFixed(1)} tokens in, ${outputTokens.toFixed(1)} out`;
  return (
    `a sample: ${tokens}, ` +
    `${durationMs < 100 ? `${durationMs.toFixed(1)} ms` : time(durationMs)}, ${dollars(costUsd)}`
  );
}

function curedText(pilot: Pilot, style: Style): string {
  const unseen = unseenBy(pilot);
  if (unseen !== undefined) return style.bad(unseen);
  const { states, unclear } = pilot.poisoned!;
  const left = [
    ...(states > 0 ? [`${states} with a wrong answer as the most common one`] : []),
    ...(unclear > 0 ? [`${unclear} without a clear one`] : []),
  ];
  const found = left.length === 0 ? 'votes can cure each of them' : left.join(', ');
  return style.dim(`every step of the run was tried: ${found}`);
}

/** Says what a run will take. */
export function projectionRows({
  k,
  steps,
  success,
  ceiling = 1,
  provenCeiling = 1,
  votesPerStep,
  samples,
  costUsd,
  durationMs,
}: Projection): string[][] {
  const unproven = provenCeiling < ceiling ? ', if no state is worse than those tried' : '';
  const promise =
    success === undefined
      ? ''
      : `: all right with probability ${success.toFixed(3)} or more${unproven}`;
  return [
    ['k', `${k}, over ${steps} steps${promise}`],
    [
      'projected',
      `${Math.round(samples)} samples, ${votesPerStep.toFixed(2)} votes a step, ` +
        `${time(durationMs)}, ${dollars(costUsd)}`,
    ],
  ];
}

/** Says what came of it. */
export function solutionPage(
  { solution, answer, name }: { solution: Solution<unknown>; answer: string; name: string },
  style: Style,
): string {
  const {
    steps,
    samples,
    flagged,
    votesPerStep,
    hardest,
    escalated,
    resumedFrom,
    durationMs,
    costUsd,
    k,
  } = solution;
  const done = steps - resumedFrom;
  const pace = paceOf((1000 * done) / Math.max(1, durationMs));
  const rows = [
    ['task', name],
    [
      'steps',
      `${steps}${resumedFrom > 0 ? ` (${resumedFrom} of them before)` : ''}, ahead by ${k}`,
    ],
    [
      'votes',
      `${votesPerStep.toFixed(2)} a step; ${samples} samples, ${flagged} ` +
        `flagged${escalated > 0 ? `, ${escalated} steps escalated` : ''}`,
    ],
    ['hardest', hardest.step === 0 ? 'none' : `step ${hardest.step}, ${hardest.samples} samples`],
    ['time', `${time(durationMs)}${pace === '' ? '' : `, ${pace}`}`],
    ['cost', dollars(costUsd)],
  ];
  return `${answer}\n\n${table(
    rows.map(([what = '', says = '']) => [style.dim(what), says]),
    style,
  )}\n`;
}

/** One line of progress. */
export function progressLine({
  phase,
  step,
  steps,
  samplesPerStep,
  stepsPerSecond,
  hardest,
  leftMs,
}: Progress): string {
  const where = `${step}${steps === undefined ? '' : ` of ${steps}`}`;
  const left = leftMs === undefined ? '' : `, ${time(leftMs)} left`;
  if (phase === 'pilot') return `pilot: state ${where}${left}`;
  const pace = paceOf(stepsPerSecond);
  return [
    `step ${where}`,
    ...(pace === '' ? [] : [pace]),
    `${samplesPerStep.toFixed(2)} samples a step`,
    `hardest ${hardest.samples}${left}`,
  ].join(', ');
}

// Small models on small machines take seconds or minutes for a step.
function paceOf(perSecond: number): string {
  if (perSecond === 0) return '';
  const each = 1 / perSecond;
  return each < 1
    ? `${Math.round(perSecond)} steps a second`
    : `${each < 10 ? each.toFixed(1) : Math.round(each)} s a step`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function time(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 90) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = seconds / 60;
  return minutes < 90 ? `${Math.round(minutes)} min` : `${(minutes / 60).toFixed(1)} h`;
}
