import * as z from 'zod';
import { type LabelRow, readLabelRows, rowOfRun } from '../../../src/entries/eval.ts';
import { TandemError } from '../../../src/index.ts';
import { type Command, type Invocation, wrongUse } from '../command.ts';
import { share, temperature, whole } from '../flags.ts';
import { journalOption, withJournal } from '../journal.ts';
import { askedOf, askingOf } from './ask-rows.ts';
import { labelRows } from './judge-rows.ts';
import { openKeptRows } from './kept-rows.ts';
import { graderOf, type Rule, rules } from './label-graders.ts';
import { reportLabels } from './label-report.ts';
import { ratedRows } from './rated-rows.ts';

/** `tandem label`: who was right, by a rule, a model or a person. */
export const label: Command = {
  name: 'label',
  summary:
    'Make an outcome log of requests: ask both models where that is wanted, and say who was right.',
  usage: 'FILE|--from-journal --by RULE --out LOG [options]',
  options: {
    ...journalOption,
    by: {
      type: 'string',
      value: 'RULE',
      help: `who says what is right: ${rules.join(', ')}`,
      schema: z.enum(rules),
    },
    out: {
      type: 'string',
      value: 'LOG',
      help: 'the outcome log to be written',
      schema: z.string().min(1),
    },
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
      help: 'signals to be measured (default: minProbability,lowProbability,characters,workedOut)',
    },
    concurrency: {
      type: 'string',
      value: 'N',
      help: 'with --ask: rows that are asked at the same time',
      schema: z.number().int().min(1).max(64).default(4),
    },
    temperature: {
      type: 'string',
      value: 'T',
      help: 'with --ask: the temperature of all answers (default: the server’s own)',
      schema: temperature.optional(),
    },
    'max-output-tokens': {
      type: 'string',
      value: 'N',
      help: 'with --ask: the most tokens of an answer (default: the server’s own)',
      schema: whole(1).optional(),
    },
    tolerance: {
      type: 'string',
      value: 'SHARE',
      help: 'for --by numeric: how far off is still right, as a share',
      schema: share.default(0),
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
    [
      'tandem label --from-journal --by feedback --out log.jsonl',
      'what readers thought: POST /v1/feedback',
    ],
  ],
  async run(invocation) {
    const { options } = invocation;
    const { out, by } = options as { readonly out: string; readonly by: Rule };
    const given = await rowsOf(invocation);
    const grader = await graderOf(invocation, by);
    const asking = options.ask ? await askingOf(invocation) : undefined;
    const kept = openKeptRows(out, asking && askedOf(asking));
    const isRated = by === 'feedback';
    const rows = isRated ? given : given.map(row => withAnswers(row, kept.find(row)));
    if (!asking && !isRated) requireAnswers(rows);
    const labelled = await labelRows(invocation, rows, { by, grader, kept, asking });
    const others = asking ? kept.others(rows) : [];
    return reportLabels(invocation, { ...labelled, out, by, given: rows.length, others, kept });
  },
};

// An answer that is there is not asked for again, wherever it is.
function withAnswers(row: LabelRow, known: LabelRow | undefined): LabelRow {
  if (!known) return row;
  return {
    ...row,
    ...(known.decoding && { decoding: known.decoding }),
    local: row.local?.answer === undefined ? unlabelled(known.local) : row.local,
    cloud: row.cloud?.answer === undefined ? unlabelled(known.cloud) : row.cloud,
  };
}

function unlabelled(outcome: LabelRow['local']): LabelRow['local'] {
  if (!outcome) return undefined;
  const { correct: _, ...rest } = outcome;
  return rest;
}

async function rowsOf(invocation: Invocation): Promise<LabelRow[]> {
  const [path, ...more] = invocation.positionals;
  const isJournal = invocation.options['from-journal'] === true;
  if ((path === undefined) !== isJournal || more.length > 0) {
    throw wrongUse('One file, or `--from-journal`, must be given.', 'See `tandem label --help`.');
  }
  const isRated = invocation.options.by === 'feedback';
  if (isRated && (path !== undefined || invocation.options.ask))
    throw wrongUse(
      '`--by feedback` reads ratings of the journal.',
      'Write `tandem label --from-journal --by feedback --out LOG`, without `--ask`.',
    );
  if (path !== undefined) return readLabelRows(path);
  const rows = isRated ? await withJournal(invocation, ratedRows) : await askedRows(invocation);
  if (rows.length > 0) return rows;
  throw new TandemError(
    'invalid_argument',
    isRated
      ? 'The journal holds no rated runs of a cascade with their content. Send ratings to ' +
          '`POST /v1/feedback` of a gateway with `--keep`.'
      : 'The journal holds no runs of a cascade with their content. Ask with `tandem ask --keep`.',
  );
}

async function askedRows(invocation: Invocation): Promise<LabelRow[]> {
  return withJournal(invocation, async journal => {
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
