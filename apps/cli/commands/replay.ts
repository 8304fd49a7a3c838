import { costOf, priceOf } from '../../../src/entries/backends.ts';
import { type Journal, leavesOf, memorySink } from '../../../src/entries/runs.ts';
import { run, type Summary, summaryOf, TandemError, textOf } from '../../../src/index.ts';
import { type Command, type Invocation, wrongUse } from '../command.ts';
import { readFlags } from '../flags.ts';
import { journalOption, withJournal } from '../journal.ts';
import { table } from '../layout.ts';
import { wholeId } from '../named-run.ts';
import { prepareAsk } from '../question/prepare-ask.ts';
import { dollars, type Style } from '../terminal.ts';
import { modelOrId } from '../workspace.ts';
import { type AskProgram, ask } from './ask.ts';

/** What a configuration decided, or would have. */
interface Decision {
  readonly answeredBy: string | null;
  readonly reason: string;
  /** Of all recorded calls it used, at list prices. */
  readonly costUsd: number | 'unknown';
  readonly cloudCalls: number;
  readonly answer: string | null;
}

/** One run, as it was and as it would have been. */
interface Replayed {
  readonly runId: string;
  readonly was: Decision;
  readonly wouldBe: Decision;
  readonly agrees: boolean;
}

/**
 * `tandem replay RUN… --with NAME`: what another pattern would have decided and cost, from recorded
 * answers alone.
 */
export const replay: Command = {
  name: 'replay',
  summary:
    'Say what another pattern would have decided and cost on kept runs, from recorded answers ' +
    'alone.',
  usage: 'RUN… --with NAME [options]',
  options: {
    ...journalOption,
    with: { type: 'string', value: 'NAME', help: 'a pattern, of the five or configured' },
    config: {
      type: 'string',
      value: 'FILE',
      help: 'configuration (default: tandem.config.ts, .yaml or .json here)',
    },
  },
  examples: [['tandem replay 3f2a… --with router', 'before switching to it']],
  run: invocation =>
    withJournal(invocation, async journal => {
      const { positionals, options, terminal } = invocation;
      if (positionals.length === 0)
        throw wrongUse('No run is named.', 'Write `tandem replay RUN… --with NAME`.');
      if (!options.with)
        throw wrongUse('No pattern is named.', 'Write `--with NAME`, such as `--with router`.');
      const rows: Replayed[] = [];
      const named: string[] = [];
      for (const given of positionals) named.push(await wholeId(given, journal));
      for (const runId of named) {
        const program = (await journal.show(runId)).program as AskProgram | null;
        if (program?.command !== 'ask') throw notOurs(runId);
        const asked = readFlags(ask, program.options);
        const decide = (more: Invocation['options']) =>
          decided({ ...invocation, ...program, options: { ...asked, ...more } }, () =>
            journal.replay(named),
          );
        const was = await decide({});
        const wouldBe = await decide({
          pattern: options.with,
          model: undefined,
          config: options.config,
        });
        rows.push({
          runId,
          was,
          wouldBe,
          agrees: was.answer !== null && was.answer === wouldBe.answer,
        });
      }
      terminal.out(options.json ? `${JSON.stringify(rows)}\n` : page(rows, terminal.style));
      return 0;
    }),
};

async function decided(invocation: Invocation, journal: () => Promise<Journal>): Promise<Decision> {
  const { model, call, settings, workspace } = await prepareAsk(invocation);
  const sink = memorySink();
  let summary: Summary | undefined;
  let answer: string | null = null;
  let reason = '';
  try {
    const given = await run({ ...settings, journal: await journal(), sink }, async () =>
      model.doGenerate(call),
    );
    summary = summaryOf(given);
    answer = textOf(given).trim();
  } catch (error) {
    if (!TandemError.isInstance(error)) throw error;
    reason = error.code === 'not_recorded' ? error.message : `${error.code}: ${error.message}`;
  }
  const cloud = sink.runs
    .flatMap(({ root }) => leavesOf(root))
    .filter(({ place }) => place === 'cloud');
  const costs = cloud.map(({ tokens, modelId }) =>
    tokens
      ? costOf(tokens, priceOf(modelOrId(workspace, modelId), settings.prices))
      : ('unknown' as const),
  );
  const isKnown = costs.every(cost => cost !== 'unknown');
  return {
    answeredBy: summary?.answeredBy ?? null,
    reason: summary?.reason ?? reason,
    costUsd: isKnown ? (costs as number[]).reduce((sum, cost) => sum + cost, 0) : 'unknown',
    cloudCalls: cloud.length,
    answer,
  };
}

function page(rows: readonly Replayed[], style: Style): string {
  const lines = rows.flatMap(({ runId, was, wouldBe, agrees }) => [
    [
      style.accent(runId),
      agrees ? style.good('same answer') : style.bad('another answer, or none'),
    ],
    ...[['was', was] as const, ['would be', wouldBe] as const].map(
      ([what, { answeredBy, costUsd, cloudCalls, reason }]) => [
        `  ${what}`,
        answeredBy ?? 'nobody',
        `${dollars(costUsd)}, ${cloudCalls} cloud`,
        style.dim(reason),
      ],
    ),
  ]);
  const disagreements = rows.filter(({ agrees }) => !agrees).length;
  return `${table(lines, style)}\n\n${disagreements} of ${rows.length} differ\n`;
}

function notOurs(runId: string): TandemError {
  return new TandemError(
    'invalid_argument',
    `The run ${runId} was not begun by \`tandem ask\`, or its content was not kept. Replay it in ` +
      'its own program.',
    { data: { runId } },
  );
}
