import { stripVTControlCharacters } from 'node:util';
import type { RecordedAnswer, RunDetails } from '../../../src/entries/runs.ts';
import { type Command, type Invocation, wrongUse } from '../command.ts';
import { whole } from '../flags.ts';
import { journalOption, withKept } from '../journal.ts';
import { table, wrapText } from '../layout.ts';
import { requireRun } from '../named-run.ts';
import { dollars, type Style } from '../terminal.ts';
import { egressTable, runRow, show } from './runs.ts';

/** `tandem show RUN`: one run with its calls, and what they said. */
export const showRun: Command = {
  name: 'show',
  summary: 'Show a run: its calls, what they said and cost, and what left the machine.',
  usage: 'RUN [--texts | --call N] [options]',
  options: {
    ...journalOption,
    texts: { type: 'boolean', help: 'what each call said, where the journal keeps it' },
    call: {
      type: 'string',
      value: 'N',
      help: 'what one call said, by its number',
      schema: whole(1).optional(),
    },
  },
  examples: [
    ['tandem show 3f2a…', 'a run of `tandem runs`'],
    ['tandem show 3f2a… --texts', 'with what each model wrote'],
  ],
  run: invocation =>
    withKept(invocation, async journal => {
      const runId = await requireRun(invocation, journal);
      const details = await journal.show(runId);
      const wanted = wantedCall(invocation, details);
      const hasTexts = wanted !== undefined || invocation.options.texts === true;
      const said = hasTexts ? saidIn(details, await journal.answers(runId)) : [];
      const texts = said.filter(({ call }) => wanted === undefined || call === wanted);
      show(invocation, { ...details, ...(hasTexts && { texts }) }, style =>
        wanted === undefined
          ? runPage(details, hasTexts ? textPage(texts, style) : '', style)
          : textPage(texts, style),
      );
      return 0;
    }),
};

/** What a call of a run said. */
interface SaidText {
  readonly call: number;
  readonly trail: readonly string[];
  readonly model: string;
  /** Null where the journal has not kept it. */
  readonly text: string | null;
}

function wantedCall({ options }: Invocation, { steps }: RunDetails): number | undefined {
  if (options.call === undefined) return undefined;
  const number = options.call as number;
  if (number <= steps.length) return number;
  throw wrongUse(
    `\`--call\` is "${String(options.call)}", and the run has ${steps.length} calls.`,
    'Give the number of one of them; `--texts` shows all.',
  );
}

function saidIn({ steps }: RunDetails, answers: readonly RecordedAnswer[]): SaidText[] {
  const answerByCall = new Map(answers.map(answer => [answer.call, answer]));
  return steps.map(({ trail, model }, index) => {
    const found = answerByCall.get(index + 1);
    return { call: index + 1, trail, model, text: found ? textIn(found) : null };
  });
}

// Thinking and calls of tools are what a model said too.
function textIn({ answer }: RecordedAnswer): string {
  const parts = answer.content.flatMap(part => {
    if (part.type === 'text') return [part.text];
    if (part.type === 'reasoning') return [`(thinking) ${part.text}`];
    return part.type === 'tool-call' ? [`(tool) ${part.toolName} ${part.input}`] : [];
  });
  return parts.filter(text => text.trim() !== '').join('\n');
}

function textPage(texts: readonly SaidText[], style: Style): string {
  return texts
    .map(({ call, trail, model, text }) => {
      const head = `${style.accent(`#${call}`)} ${trail.join(' → ')}  ${style.dim(model)}`;
      // A model may have written what a terminal obeys.
      const said = text === null ? style.dim('(not kept)') : stripVTControlCharacters(text);
      return `${head}\n${wrapText(said || style.dim('(nothing)'), style, '    ')}`;
    })
    .join('\n\n');
}

function runPage(details: RunDetails, texts: string, style: Style): string {
  const steps = details.steps.map((step, index) => [
    `#${index + 1}`,
    step.trail.join(' → '),
    style.dim(step.model),
    step.place,
    step.isFinished
      ? `${step.inputTokens ?? '?'} → ${step.outputTokens ?? '?'} tokens`
      : style.bad('cut off'),
    dollars(step.costUsd ?? 'unknown'),
  ]);
  const decisions = details.decisions.map(({ trail, answeredBy, place, reason, degraded }) => [
    trail.join(' → '),
    style.dim(answeredBy),
    degraded ? style.bad('degraded') : place,
    reason,
  ]);
  const documents = details.documents.map(({ title, characters, label }) => [
    title,
    `${characters} characters`,
    label,
  ]);
  const left =
    details.egress.length === 0 ? 'Nothing left the machine.' : egressTable(details.egress, style);
  const blocks = [
    table([runRow(details, style)], style),
    details.holder === null ? '' : `At work in ${details.holder}.`,
    table(documents, style, '  '),
    table(decisions, style, '  '),
    table(steps, style, '  '),
    texts,
    left,
  ];
  return blocks.filter(block => block !== '').join('\n\n');
}
