import {
  type FileJournal,
  type FinishedRun,
  memorySink,
  newRunId,
} from '../../../src/entries/runs.ts';
import {
  type Answer,
  type Call,
  run,
  type Summary,
  summaryOf,
  TandemError,
  textOf,
} from '../../../src/index.ts';
import type { Command, Invocation } from '../command.ts';
import { explain } from '../explain.ts';
import { withJournal } from '../journal.ts';
import { collectParts } from '../question/collect-parts.ts';
import { type PreparedModel, prepareModel } from '../question/prepare-ask.ts';
import { dollars, type Style, type Terminal } from '../terminal.ts';
import { watchRun } from '../watch-run.ts';
import { ask, isToBeKept, toldTo } from './ask.ts';

// What `ask` takes, but for what concerns one question alone.
const {
  'dry-run': _dryRun,
  confirm: _confirm,
  stream: _stream,
  explain: _explain,
  image: _image,
  schema: _schema,
  ...asking
} = ask.options;

/** `tandem chat`: questions one after the other, each with what was said before. */
export const chat: Command = {
  name: 'chat',
  summary:
    'Talk with a model or a pattern; below each answer stands who gave it, why, what it cost and ' +
    'what left.',
  usage: '[options]',
  options: asking,
  examples: [
    ['tandem chat --local ollama:phi4-mini --cloud azure:gpt-4.1', 'a cascade answers'],
    ['tandem chat --doc handbook.md', 'questions about a document'],
    ['tandem chat --model local < questions.txt', 'a question on each line'],
  ],
  async run(invocation) {
    const prepared = await prepareModel(invocation);
    if (!(await isToBeKept(invocation))) return talk(invocation, prepared);
    return withJournal(invocation, kept => talk(invocation, prepared, kept));
  },
};

/** One question of a conversation, and what came of it: an answer, or what went wrong. */
type Turn = { readonly question: string } & (
  | { readonly answer: string; readonly summary: Summary }
  | { readonly error: TandemError }
);

/** What the lines of a conversation change. */
interface Talk {
  readonly invocation: Invocation;
  readonly prepared: PreparedModel;
  readonly journal: FileJournal | undefined;
  /** What was said, as it is sent before the next question. */
  before: Call['prompt'];
  readonly turns: Turn[];
  last: { readonly answer: Answer; readonly runs: readonly FinishedRun[] } | undefined;
}

const help =
  '/new forgets what was said, /explain shows how the last answer came about, /quit ends.';

async function talk(
  invocation: Invocation,
  prepared: PreparedModel,
  journal?: FileJournal,
): Promise<number> {
  const { terminal, options } = invocation;
  const { style } = terminal;
  const state: Talk = {
    ...{ invocation, prepared, journal, before: [], turns: [], last: undefined },
  };
  const isShown = options.json !== true;
  if (isShown && terminal.isInteractive)
    terminal.note(`${style.bold(prepared.model.modelId)}\n${style.dim(help)}`);
  try {
    for await (const line of linesFrom(invocation)) if (await isLast(line, state)) break;
  } finally {
    if (isShown && state.last) terminal.note(totalLine(state, style));
  }
  if (!isShown) terminal.out(`${JSON.stringify({ turns: state.turns.map(turnDocument) })}\n`);
  return state.turns.some(turn => 'error' in turn) ? 1 : 0;
}

async function* linesFrom({ terminal, signal }: Invocation): AsyncGenerator<string> {
  if (!terminal.isInteractive) {
    yield* (await terminal.read(signal)).split('\n');
    return;
  }
  for (;;) {
    const line = await terminal.ask(terminal.style.accent('› '), signal);
    if (line === undefined) return;
    yield line;
  }
}

// Takes a line; whether the conversation ends with it.
async function isLast(line: string, state: Talk): Promise<boolean> {
  const typed = line.trim();
  const { terminal } = state.invocation;
  if (typed === '') return false;
  if (!/^\/\w+$/.test(typed)) {
    await answerTo(typed, state);
    return false;
  }
  if (/^\/(?:quit|exit|q)$/.test(typed)) return true;
  if (typed === '/new') {
    state.before = [];
    terminal.note(terminal.style.dim('What was said is forgotten.'));
  } else if (typed === '/explain') terminal.note(explanation(state));
  else if (typed === '/help') terminal.note(terminal.style.dim(help));
  else terminal.note(`There is no command "${typed}". ${help}`);
  return false;
}

function explanation({ last, invocation }: Talk): string {
  if (!last) return 'Nothing was answered yet.';
  const { style } = invocation.terminal;
  const { answer, runs } = last;
  return explain({ answer, summary: summaryOf(answer)!, runs, style, isFull: true }).trim();
}

// A question that fails leaves the conversation as it was.
async function answerTo(question: string, state: Talk): Promise<void> {
  const { terminal, signal } = state.invocation;
  try {
    const answer = await asked(question, state);
    const text = textOf(answer).trim();
    const summary = summaryOf(answer)!;
    state.turns.push({ question, answer: text, summary });
    state.before = [
      ...state.before,
      { role: 'user', content: [{ type: 'text', text: question }] },
      { role: 'assistant', content: [{ type: 'text', text }] },
    ];
    if (state.invocation.options.json !== true)
      terminal.note(`${terminal.style.dim(lineOf(summary))}\n`);
  } catch (error) {
    if (signal.aborted || !TandemError.isInstance(error)) throw error;
    state.turns.push({ question, error });
    if (state.invocation.options.json !== true)
      terminal.note(`${terminal.style.bad('error')}  ${error.message}`);
  }
}

async function asked(question: string, state: Talk): Promise<Answer> {
  const { invocation, prepared, journal } = state;
  const { terminal, options } = invocation;
  const { model: answering, settings, callOf, workspace } = prepared;
  const sink = memorySink();
  const isShown = options.json !== true;
  const { onEvent, stop } = watchRun(terminal, { isTold: isShown && options.quiet !== true });
  const answer = await run(
    {
      ...settings,
      sink: await toldTo(sink, workspace),
      ...(journal && { journal, runId: newRunId() }),
      ...(onEvent && { onEvent }),
    },
    () => streamed(answering, callOf(question, state.before), isShown ? terminal : undefined),
  ).finally(stop);
  state.last = { answer, runs: sink.runs };
  return answer;
}

async function streamed(
  answering: PreparedModel['model'],
  call: Call,
  terminal: Terminal | undefined,
): Promise<Answer> {
  const { stream } = await answering.doStream(call);
  const answer = await collectParts(stream, part => {
    if (part.type === 'text-delta') terminal?.flow(part.delta);
  });
  terminal?.out('\n');
  return answer;
}

function lineOf({ answeredBy, place, reason, costUsd, egress }: Summary): string {
  const left = egress.calls === 0 ? 'nothing left' : `${egress.characters} characters left`;
  return [`${answeredBy} (${place})`, reason, dollars(costUsd), left].join(' · ');
}

function totalLine({ turns }: Talk, style: Style): string {
  const summaries = turns.flatMap(turn => ('summary' in turn ? [turn.summary] : []));
  const away = summaries.filter(({ egress }) => egress.calls > 0);
  const costs = summaries.map(({ costUsd }) => costUsd);
  const cost = costs.some(each => typeof each !== 'number')
    ? 'unknown'
    : (costs as number[]).reduce((sum, each) => sum + each, 0);
  const characters = away.reduce((sum, { egress }) => sum + egress.characters, 0);
  const count = summaries.length;
  return style.dim(
    `${count} ${count === 1 ? 'answer' : 'answers'}, ${dollars(cost)}; ` +
      (away.length === 0
        ? 'nothing left the machine.'
        : `${characters} characters left the machine for ${away.length} of them.`),
  );
}

function turnDocument(turn: Turn) {
  const { question } = turn;
  if ('error' in turn) {
    const { code, message, data } = turn.error;
    return { question, error: { code, message, data } };
  }
  return { question, answer: turn.answer, ...turn.summary };
}
