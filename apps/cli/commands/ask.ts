import { foreseenBy, priceOf } from '../../../src/entries/backends.ts';
import {
  type Document,
  type DocumentStore,
  type EgressEvent,
  type FileJournal,
  joinSinks,
  memorySink,
  newRunId,
  openTelemetry,
  type Sink,
} from '../../../src/entries/runs.ts';
import {
  type Answer,
  type Call,
  type LanguageModel,
  type RunOptions,
  run,
  type StreamPart,
  type Summary,
  summaryOf,
  TandemError,
  textOf,
} from '../../../src/index.ts';
import { budgetIn, budgetOptions } from '../budget-flags.ts';
import type { Command, Invocation } from '../command.ts';
import { citationsOf, explain } from '../explain.ts';
import { askingOptions } from '../flags.ts';
import { journalOption, withJournal } from '../journal.ts';
import { storeGiven } from '../named-store.ts';
import { documentOptions } from '../open-documents.ts';
import { besideOptions } from '../question/beside-question.ts';
import { collectParts } from '../question/collect-parts.ts';
import { askerOn, type Preview, previewOf, previewPage } from '../question/dry-run.ts';
import { type PreparedAsk, prepareAsk } from '../question/prepare-ask.ts';
import { watchRun } from '../watch-run.ts';
import { modelOrId, readConfig, type Workspace } from '../workspace.ts';

/** `tandem ask`: one question, at whatever setup this machine flies. */
export const ask: Command = {
  name: 'ask',
  summary: 'Ask a question, of documents or of the models at hand.',
  usage: '"question" [options], or - for a question on stdin',
  options: {
    doc: {
      type: 'string',
      multiple: true,
      value: 'PATH',
      help:
        'a file or folder to answer from (PDF, DOCX, HTML, text …); it stays on this ' +
        'machine, extracts apart',
    },
    ...documentOptions,
    ...besideOptions,
    ...askingOptions,
    pattern: {
      type: 'string',
      value: 'NAME',
      help: 'cascade, router, maker, minions, chain, auto, or a configured pattern',
    },
    model: { type: 'string', value: 'NAME', help: 'a configured model or a spec, asked directly' },
    ...budgetOptions,
    'dry-run': {
      type: 'boolean',
      help: 'show what would leave, to whom, at what price; call no cloud',
    },
    confirm: {
      type: 'boolean',
      help: 'show each plan, and each call before it leaves, and ask whether it may',
    },
    keep: {
      type: 'boolean',
      help: 'keep the run in the journal, so that it can be shown and resumed',
    },
    ...journalOption,
    stream: { type: 'boolean', help: 'show the answer as it comes' },
    quiet: { type: 'boolean', help: 'say nothing of how far it is' },
    explain: {
      type: 'boolean',
      help: 'show the decision, the calls, the cost and what left the machine',
    },
  },
  examples: [
    ['tandem ask --doc handbook.md "How many days of leave are there?"', 'needs no model at all'],
    ['tandem ask --local ollama:phi4-mini --cloud azure:gpt-4.1 "…" --explain', 'a cascade'],
    [
      'tandem ask --pattern chain --doc incident.log "What caused the outage?"',
      'reads a log part by part',
    ],
    ['git diff | tandem ask - --system "Review this diff."', 'the question comes in'],
  ],
  run: runAsk,
};

async function runAsk(given: Invocation): Promise<number> {
  const invocation = await withInput(given);
  if (invocation.options['dry-run'] || !(await isToBeKept(invocation))) return askOnce(invocation);
  return withJournal(invocation, (opened, documents) =>
    askOnce(invocation, { journal: opened, documents, runId: newRunId() }),
  );
}

/**
 * Whether runs of a command go to the journal: a flag, the environment or the configuration says
 * so, or a budget of the day is counted there. @throws TandemError
 */
export async function isToBeKept(invocation: Invocation): Promise<boolean> {
  const { keep } = invocation.options;
  const config = await readConfig(invocation);
  const isByDay =
    config.budget?.perDay !== undefined || budgetIn(invocation.options).perDay !== undefined;
  const isNamed = Boolean(storeGiven(invocation));
  return keep === true || isNamed || config.journal?.keep === true || isByDay;
}

/** Hands runs to OpenTelemetry too, where the configuration says so. */
export async function toldTo(sink: Sink, { config }: Workspace): Promise<Sink> {
  return config.telemetry ? joinSinks(sink, await openTelemetry()) : sink;
}

// `-` stands for what comes in: the run is kept with the question itself, which comes only once.
async function withInput(invocation: Invocation): Promise<Invocation> {
  const { positionals, terminal, signal } = invocation;
  if (positionals.length !== 1 || positionals[0] !== '-') return invocation;
  return { ...invocation, positionals: [(await terminal.read(signal)).trim()] };
}

/** A run that is kept in the journal, new or begun before. */
export interface KeptRun {
  readonly journal: FileJournal;
  /** What was read in documents before. */
  readonly documents: DocumentStore;
  readonly runId: string;
  /** What it was begun with, if it was begun before. */
  readonly program?: AskProgram;
  /** What happens where another process is at work on it. Default: `refuse`. */
  readonly whenTaken?: 'refuse' | 'wait';
}

/** What a question was asked with, as the journal keeps it. */
export interface AskProgram {
  readonly command: 'ask';
  readonly positionals: readonly string[];
  readonly options: Invocation['options'];
  readonly documents: readonly { readonly title: string; readonly id: string }[];
}

/**
 * Asks the question of an invocation and shows the answer; a kept run replays what it has finished
 * before.
 */
export async function askOnce(invocation: Invocation, kept?: KeptRun): Promise<number> {
  const { options, terminal } = invocation;
  const ask = await prepareAsk(invocation);
  if (options['dry-run']) return dryRun(invocation, ask);
  const asking = options.confirm ? askingFirst(invocation, ask) : undefined;
  const sink = memorySink();
  const inJournal = kept && {
    journal: kept.journal,
    documents: kept.documents,
    runId: kept.runId,
    ...(kept.whenTaken && { whenTaken: kept.whenTaken }),
  };
  if (kept) await noteProgram(kept, invocation, ask.documents);
  const isTold = options.json !== true && options.quiet !== true;
  const { onEvent, stop } = watchRun(terminal, { isTold });
  const asked = run(
    {
      ...ask.settings,
      ...inJournal,
      sink: await toldTo(sink, ask.workspace),
      ...(onEvent && { onEvent }),
      ...asking,
    },
    () => answerOf(ask.model, ask.call, invocation),
  );
  const { answer, isShown } = await asked.finally(stop).catch(error => {
    const isLong = kept !== undefined || ask.documents.length > 0;
    if (invocation.signal.aborted && isLong) terminal.note(howToGoOn(kept));
    throw error;
  });
  const summary = summaryOf(answer)!;
  if (options.json) terminal.out(`${JSON.stringify(documentOf(answer, ask.workspace))}\n`);
  else {
    const { style } = terminal;
    const isFull = options.explain === true;
    terminal.out(isShown ? '\n' : `${textOf(answer).trim()}\n`);
    terminal.out(explain({ answer, summary, runs: sink.runs, style, isFull }));
    noteKept(terminal, kept);
  }
  return isAllRead(summary) ? 0 : 1;
}

// Who asks in a script must not take an answer from a part for one from the whole.
function isAllRead({ coverage }: Summary): boolean {
  return coverage?.files === undefined && (coverage?.pages?.withoutText ?? 0) === 0;
}

// What leaves is asked about call by call, a delegation to a cloud included.
function askingFirst(
  { terminal, signal, positionals }: Invocation,
  ask: PreparedAsk,
): Required<Pick<RunOptions, 'confirm' | 'approve'>> {
  const { workspace, settings } = ask;
  const line = `tandem ask ${positionals.map(word => JSON.stringify(word)).join(' ')} --dry-run`;
  const asker = askerOn(terminal, { signal, line });
  return {
    confirm(event: EgressEvent, sent: Call) {
      terminal.clearProgress();
      const price = priceOf(modelOrId(workspace, event.modelId), settings.prices);
      return asker.confirm(previewOf(event, sent, price));
    },
    approve: step => (step.type === 'plan' ? asker.approve(step.steps) : true),
  };
}

function noteKept(terminal: Invocation['terminal'], kept: KeptRun | undefined): void {
  if (kept) terminal.note(`Kept as run ${kept.runId}: see \`tandem show ${kept.runId}\`.`);
}

function howToGoOn(kept: KeptRun | undefined): string {
  if (kept) return `What was finished is kept. Go on with: tandem resume ${kept.runId}`;
  return 'Nothing was kept. With --keep, a run can be resumed where it stopped.';
}

async function dryRun(
  { options, terminal }: Invocation,
  { model, call, settings, workspace }: PreparedAsk,
): Promise<number> {
  const previews: Preview[] = [];
  const preview = (event: EgressEvent, sent: Call) => {
    const price = priceOf(modelOrId(workspace, event.modelId), settings.prices);
    previews.push(previewOf(event, sent, price));
  };
  const isTold = options.json !== true && options.quiet !== true;
  const { onEvent, stop } = watchRun(terminal, { isTold });
  try {
    terminal.progress(`looking at what ${model.modelId} would send …`);
    const told = { ...settings, preview, ...(onEvent && { onEvent }) };
    await run(told, async () => model.doGenerate(call)).finally(stop);
  } catch (error) {
    if (!endsPreview(error, previews.length > 0, workspace)) throw error;
  } finally {
    terminal.clearProgress();
  }
  const takes = foreseenBy(model);
  terminal.out(
    options.json
      ? `${JSON.stringify({ previews, takes })}\n`
      : previewPage(previews, terminal.style, takes),
  );
  return 0;
}

// The denied calls end most patterns; what they would have sent has been seen. Where no cloud is
// configured, nothing leaves for it.
function endsPreview(error: unknown, hasSeen: boolean, { roles }: Workspace): boolean {
  if (!TandemError.isInstance(error)) return false;
  return (
    (error.code === 'egress_denied' && hasSeen) ||
    (error.code === 'not_configured' && roles.local !== undefined)
  );
}

// A changed document is told before the first call, by name, not by the hash of some chunk's
// prompt.
async function noteProgram(
  kept: KeptRun,
  invocation: Invocation,
  documents: readonly Document[],
): Promise<void> {
  const now = documents.map(({ title, id }) => ({ title, id }));
  const changed = kept.program?.documents.find(({ id }, index) => now[index]?.id !== id);
  if (changed) {
    throw new TandemError(
      'resume_mismatch',
      `The document "${changed.title}" has changed since the run ${kept.runId} was begun. ` +
        'Restore it, or ask anew.',
      { data: { runId: kept.runId, document: changed.title } },
    );
  }
  const { positionals, options } = invocation;
  const program: AskProgram = { command: 'ask', positionals, options, documents: now };
  if (!kept.program) await kept.journal.describe(kept.runId, program);
}

async function answerOf(
  model: LanguageModel,
  call: Call,
  { options, terminal }: Invocation,
): Promise<{ answer: Answer; isShown: boolean }> {
  if (!options.stream || options.json)
    return { answer: await model.doGenerate(call), isShown: false };
  const { stream } = await model.doStream(call);
  const show = (part: StreamPart) => {
    if (part.type === 'text-delta') terminal.flow(part.delta);
  };
  return { answer: await collectParts(stream, show), isShown: true };
}

function documentOf(answer: Answer, { setup }: Workspace) {
  return {
    setup,
    answer: textOf(answer).trim(),
    ...summaryOf(answer),
    citations: citationsOf(answer),
    warnings: answer.warnings,
  };
}
