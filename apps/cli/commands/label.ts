import {
  type CollectOptions,
  collectOutcome,
  type Grader,
  type LabelAgreement,
  type LabelRow,
  labelAgreement,
  readLabelRows,
  rowOfRun,
} from '../../../src/entries/eval.ts';
import { TandemError } from '../../../src/index.ts';
import { type Command, type Invocation, wrongUse } from '../command.ts';
import { journalOption, withJournal } from '../journal.ts';
import { openWorkspace } from '../workspace.ts';
import { writeWhole } from '../write-whole.ts';
import { graderOf, rules } from './label-graders.ts';

/** `tandem label`: who was right, by a rule, a model or a person. */
export const label: Command = {
  name: 'label',
  summary:
    'Make an outcome log of requests: ask both models where that is wanted, and say who was right.',
  usage: 'FILE|--from-journal --by RULE --out LOG [options]',
  options: {
    ...journalOption,
    by: { type: 'string', value: 'RULE', help: `who says what is right: ${rules.join(', ')}` },
    out: { type: 'string', value: 'LOG', help: 'the outcome log to be written' },
    'from-journal': {
      type: 'boolean',
      help: 'take the runs of cascades in the journal instead of a file',
    },
    ask: {
      type: 'boolean',
      help: 'ask the models for answers that are missing, and measure signals of the local ones',
    },
    local: { type: 'string', value: 'MODEL', help: 'the local model to be asked' },
    cloud: { type: 'string', value: 'MODEL', help: 'the cloud model to be asked' },
    signals: {
      type: 'string',
      value: 'NAMES',
      help: 'signals to be measured (default: minProbability,lowProbability,characters)',
    },
    tolerance: {
      type: 'string',
      value: 'SHARE',
      help: 'for --by numeric: how far off is still right, as a share',
    },
    schema: { type: 'string', value: 'FILE', help: 'for --by schema: a JSON Schema' },
    function: {
      type: 'string',
      value: 'FILE',
      help: 'for --by function: a module that exports `grade({ prompt, answer, reference })`',
    },
    judge: { type: 'string', value: 'MODEL', help: 'for --by judge: the model that judges' },
    config: {
      type: 'string',
      value: 'FILE',
      help: 'the configuration (default: tandem.config.ts or .json here)',
    },
  },
  examples: [
    [
      'tandem label questions.jsonl --ask --by exact --out log.jsonl',
      'prompts with a reference each',
    ],
    [
      'tandem label answers.jsonl --by judge --judge azure:gpt-4.1 --out log.jsonl',
      'answers that are there already',
    ],
    [
      'tandem label --from-journal --ask --by person --out log.jsonl',
      'what was really asked, judged by you',
    ],
  ],
  async run(invocation) {
    const { out, by } = requiredOptions(invocation);
    const given = await rowsOf(invocation);
    const grader = await graderOf(invocation, by);
    const rows = invocation.options.ask ? await askedRows(invocation, given) : given;
    requireAnswers(rows);
    const labelled = await labelRows(invocation, rows, { by, grader });
    return report(invocation, { ...labelled, out, by, given: rows.length });
  },
};

interface Labelled {
  readonly rows: readonly LabelRow[];
  /** Labels beside those that rows had before, as right or wrong. */
  readonly pairs: readonly (readonly [boolean, boolean])[];
  readonly skipped: number;
}

function requiredOptions({ options }: Invocation): { out: string; by: string } {
  const { out, by } = options as { out?: string; by?: string };
  if (by === undefined || !rules.includes(by)) {
    throw wrongUse(
      by === undefined ? 'Nobody is named to say what is right.' : `\`--by\` is "${by}".`,
      `Use one of ${rules.join(', ')}.`,
    );
  }
  if (out !== undefined) return { out, by };
  throw wrongUse('No log to be written is named.', 'Give `--out log.jsonl`.');
}

async function rowsOf(invocation: Invocation): Promise<LabelRow[]> {
  const [path, ...more] = invocation.positionals;
  const isJournal = invocation.options['from-journal'] === true;
  if ((path === undefined) !== isJournal || more.length > 0) {
    throw wrongUse('One file, or `--from-journal`, must be given.', 'See `tandem label --help`.');
  }
  if (path !== undefined) return readLabelRows(path);
  const rows = await withJournal(invocation, async journal => {
    const found: LabelRow[] = [];
    for (const { id } of await journal.runs(100_000)) {
      const { program } = await journal.show(id);
      const asked = program as { command?: string; positionals?: string[] } | null;
      if (asked?.command !== 'ask') continue;
      const row = rowOfRun(
        { id, prompt: (asked.positionals ?? []).join(' ') },
        await journal.answers(id),
      );
      if (row) found.push(row);
    }
    return found;
  });
  if (rows.length > 0) return rows;
  throw new TandemError(
    'invalid_argument',
    'The journal holds no runs of a cascade with their content. Ask with `tandem ask --keep`.',
  );
}

// One after the other: local servers answer one at a time, and a budget is then kept to the call.
async function askedRows(invocation: Invocation, rows: readonly LabelRow[]): Promise<LabelRow[]> {
  const { terminal, options, signal } = invocation;
  const { roles, config } = await openWorkspace(invocation);
  const { local, cloud } = roles;
  if (!local || !cloud)
    throw wrongUse(
      'Two models are needed to ask.',
      'Give `--local MODEL` and `--cloud MODEL`, or configure them.',
    );
  const names =
    (options.signals as string | undefined) ?? 'minProbability,lowProbability,characters';
  const signals = names.split(',').map(name => name.trim());
  const done: LabelRow[] = [];
  for (const [index, row] of rows.entries()) {
    signal.throwIfAborted();
    terminal.progress(`asking ${index + 1} of ${rows.length}`);
    done.push(await filled(row, { local, cloud, signals, run: { prices: config.prices ?? {} } }));
  }
  terminal.clearProgress();
  return done;
}

async function filled(row: LabelRow, options: CollectOptions): Promise<LabelRow> {
  if (row.local?.answer !== undefined && row.cloud?.answer !== undefined) return row;
  if (row.local?.answer === undefined) {
    const { local, cloud } = await collectOutcome(row, options);
    return { ...row, local, cloud: row.cloud?.answer === undefined ? cloud : row.cloud };
  }
  // The draft is there: the cloud alone is asked.
  const { cloud } = await collectOutcome(row, { ...options, local: options.cloud, signals: [] });
  return { ...row, cloud };
}

function requireAnswers(rows: readonly LabelRow[]): void {
  const bare = rows.filter(
    ({ local, cloud }) => local?.answer === undefined || cloud?.answer === undefined,
  );
  if (bare.length === 0) return;
  throw new TandemError(
    'invalid_argument',
    `${bare.length} of ${rows.length} rows lack an answer of the local or the cloud model (the ` +
      `first: "${bare[0]?.id}"). ` +
      'Ask for them by `--ask`.',
    { data: { rows: bare.length } },
  );
}

interface Labelling {
  readonly by: string;
  readonly grader: Grader;
}

async function labelRows(
  { terminal, signal }: Invocation,
  rows: readonly LabelRow[],
  labelling: Labelling,
): Promise<Labelled> {
  const labelled: LabelRow[] = [];
  const pairs: (readonly [boolean, boolean])[] = [];
  const isPerson = labelling.by === 'person';
  for (const [index, row] of rows.entries()) {
    // What a person has labelled is kept, whatever ends it.
    if (isPerson && signal.aborted) break;
    signal.throwIfAborted();
    if (!isPerson) terminal.progress(`labelling ${index + 1} of ${rows.length}`);
    const local = await labelOf(row, 'local', labelling);
    const cloud = await labelOf(row, 'cloud', labelling);
    pairs.push(...compared(local), ...compared(cloud));
    const whole = withLabels(row, local, cloud);
    if (whole) labelled.push(whole);
  }
  terminal.clearProgress();
  return { rows: labelled, pairs, skipped: rows.length - labelled.length };
}

interface Label {
  /** What the rule says, 0..1. */
  readonly now: number | undefined;
  /** What the row said before. */
  readonly before: number | undefined;
}

function compared({ now, before }: Label): (readonly [boolean, boolean])[] {
  return now === undefined || before === undefined ? [] : [[now > 0.5, before > 0.5]];
}

// A label that was there is trusted more than a new one.
function withLabels(row: LabelRow, local: Label, cloud: Label): LabelRow | undefined {
  const [localRight, cloudRight] = [local.before ?? local.now, cloud.before ?? cloud.now];
  if (localRight === undefined || cloudRight === undefined) return undefined;
  return {
    ...row,
    local: { ...row.local, correct: localRight },
    cloud: { ...row.cloud, correct: cloudRight },
  };
}

async function labelOf(
  row: LabelRow,
  role: 'local' | 'cloud',
  { by, grader }: Labelling,
): Promise<Label> {
  const { answer = '', correct: before } = row[role] ?? {};
  // Of two models that agree nothing is known but that; the cloud is taken to be right.
  if (by === 'agreement' && role === 'cloud') return { now: 1, before };
  const reference = by === 'agreement' ? row.cloud?.answer : row.reference;
  return { now: await grader({ prompt: row.prompt, answer, reference }), before };
}

function report(
  invocation: Invocation,
  facts: Labelled & { out: string; by: string; given: number },
): number {
  const { terminal, options } = invocation;
  const { rows, pairs, skipped, out, by } = facts;
  if (rows.length === 0) {
    throw new TandemError(
      'invalid_argument',
      `None of ${facts.given} rows could be labelled by ${by}. Give references, or another rule.`,
    );
  }
  writeWhole(out, `${rows.map(row => JSON.stringify(row)).join('\n')}\n`);
  const right = (role: 'local' | 'cloud') =>
    rows.reduce((sum, row) => sum + (row[role]?.correct ?? 0), 0) / rows.length;
  const agreement = labelAgreement(pairs);
  const summary = {
    out,
    by,
    rows: rows.length,
    skipped,
    local: right('local'),
    cloud: right('cloud'),
    ...(agreement && { agreement }),
  };
  if (options.json) terminal.out(`${JSON.stringify(summary)}\n`);
  else {
    terminal.out(
      `${rows.length} rows in ${out}: local right ${summary.local.toFixed(3)}, cloud ` +
        `${summary.cloud.toFixed(3)}` +
        `${skipped > 0 ? `; ${skipped} left out, which could not be told` : ''}.\n`,
    );
  }
  if (by === 'agreement')
    terminal.note(
      'Labels are agreement with the cloud, which is taken to be right: no more is known.',
    );
  if (agreement && !options.json) terminal.out(agreementText(agreement));
  else if (by === 'judge' && !agreement) {
    terminal.note(
      'Nobody has checked the judge. Label some rows by `--by person` first, and give them with ' +
        'the rest.',
    );
  }
  return 0;
}

function agreementText({ compared, share, interval, kappa }: LabelAgreement): string {
  return (
    `Agreement with ${compared} labels that were there: ${share.toFixed(3)} ` +
    `(${interval.low.toFixed(3)} to ` +
    `${interval.high.toFixed(3)}), kappa ` +
    `${Number.isNaN(kappa) ? 'undefined' : (Math.round(100 * kappa) / 100 || 0).toFixed(2)}.\n`
  );
}
