import { existsSync } from 'node:fs';
import { catalogueState, foreseenBy, type ModelSpeed } from '../../../src/entries/backends.ts';
import type { ReadingAdvice, Way } from '../../../src/entries/config.ts';
import { isStoreAddress } from '../../../src/entries/runs.ts';
import {
  advise as adviseReading,
  type Label,
  notConfigured,
  type PrivacyMode,
  privacyModes,
  TandemError,
} from '../../../src/index.ts';
import { type Command, type Invocation, wrongUse } from '../command.ts';
import { allowed, labelled, whole } from '../flags.ts';
import { journalOption, withJournal } from '../journal.ts';
import { table, wrapText } from '../layout.ts';
import { namedStore } from '../named-store.ts';
import { documentOptions, openDocuments } from '../open-documents.ts';
import { proposedFor } from '../proposed-patterns.ts';
import { dollars, type Style } from '../terminal.ts';
import { openWorkspace, readConfig } from '../workspace.ts';

/** `tandem advise`: which way to answer from a document pays, before anything is asked. */
export const advise: Command = {
  name: 'advise',
  summary:
    'Say which way to answer from a document pays, with price, time and what leaves; asks no ' +
    'model.',
  usage: '--doc FILE "question" [options]',
  options: {
    doc: {
      type: 'string',
      multiple: true,
      value: 'FILE',
      help: 'a text to answer from; it is only measured',
    },
    ...documentOptions,
    label: {
      type: 'string',
      value: 'LABEL',
      help: 'what of the documents may leave: local-only, extracts or cloud-allowed',
      schema: labelled,
    },
    mode: {
      type: 'string',
      value: 'MODE',
      help: 'cloud-allowed, local-preferred or local-only',
      schema: allowed.default('cloud-allowed'),
    },
    local: { type: 'string', value: 'SPEC', help: 'the local model, such as ollama:phi4-mini' },
    cloud: { type: 'string', value: 'SPEC', help: 'the cloud model, such as azure:gpt-4.1' },
    'answer-tokens': {
      type: 'string',
      value: 'N',
      help: 'how long the answer will be',
      schema: whole(1).default(300),
    },
    config: {
      type: 'string',
      value: 'FILE',
      help: 'configuration (default: tandem.config.ts or .json here)',
    },
    ...journalOption,
  },
  examples: [
    [
      'tandem advise --doc filing.txt "What was revenue in 2023?"',
      'priced as gpt-4.1 where no cloud is set',
    ],
    ['tandem advise --doc note.txt --label cloud-allowed "…"', 'where the whole may go'],
    ['tandem ask --pattern auto --doc filing.txt "…"', 'does what is advised'],
  ],
  run: runAdvise,
};

async function runAdvise(invocation: Invocation): Promise<number> {
  const { options, positionals, terminal } = invocation;
  const paths = (options.doc as string[] | undefined) ?? [];
  const question = positionals.join(' ').trim();
  if (paths.length === 0)
    throw wrongUse('No document is given.', 'Name one: tandem advise --doc FILE "question"');
  if (question === '')
    throw wrongUse(
      'The question is empty.',
      'Give it in quotes: tandem advise --doc FILE "How …?"',
    );
  const label = options.label as Label;
  const mode = options.mode as PrivacyMode;
  const answerTokens = options['answer-tokens'] as number;
  const { roles, config, setup, resolved } = await openWorkspace(invocation);
  const { documents } = await openDocuments(paths, invocation);
  const advice = adviseReading({
    ...{ question, label, answerTokens },
    documents: documents.map(({ text }) => ({ text })),
    local: roles.local,
    cloud: roles.cloud ?? notConfigured(),
    mode: stricterMode(mode, config.privacy?.mode),
    prices: config.prices ?? {},
    speeds: await speedsOf(invocation),
  });
  const priced =
    `Priced as ${roles.cloud?.modelId ?? 'gpt-4.1, no cloud is configured'}; list ` +
    `prices as of ${catalogueState().asOf}.`;
  const { local, cloud } = roles;
  const others = proposedFor('questions').flatMap(name => {
    const takes = local && cloud && foreseenBy(resolved.pattern(name, { local, cloud }));
    return takes ? [`The pattern "${name}", which reads no documents in parts: ${takes}.`] : [];
  });
  const notes = [priced, ...advice.notes, ...others];
  if (options.json) terminal.out(`${JSON.stringify({ setup, ...advice, notes })}\n`);
  else terminal.out(advicePage({ ...advice, notes }, terminal.style));
  return 0;
}

function stricterMode(asked: PrivacyMode, configured: PrivacyMode = 'cloud-allowed'): PrivacyMode {
  return privacyModes.indexOf(asked) >= privacyModes.indexOf(configured) ? asked : configured;
}

// Only a journal that is there is read: advice leaves no file behind.
async function speedsOf(invocation: Invocation): Promise<Readonly<Record<string, ModelSpeed>>> {
  const { journal } = invocation.options;
  const path = namedStore(invocation, await readConfig(invocation));
  if (isStoreAddress(path) || existsSync(path))
    return withJournal(invocation, async opened => opened.speeds());
  if (journal === undefined) return {};
  throw new TandemError(
    'journal_failed',
    `There is no journal "${path}". Check the path, or leave it out.`,
  );
}

/** Writes an advice. */
export function advicePage(advice: ReadingAdvice, style: Style): string {
  const { best, why, ways, breakEvenTokens, notes } = advice;
  const head = [
    'way',
    'calls here',
    'to cloud',
    'tokens here',
    'to cloud',
    'price',
    'time',
    'leaves',
  ].map(style.dim);
  const rows = ways.map(way => rowOf(way, best, style));
  const closed = ways
    .filter(way => way.closed !== undefined)
    .map(({ name, closed }) => `${name}: ${closed}`);
  const pays = Object.entries(breakEvenTokens).map(
    ([name, from]) => `${name} from ${count(from)} tokens`,
  );
  return [
    `${style.bold(best)}  ${wrapText(why, style, '  ').trimStart()}`,
    '',
    table([head, ...rows], style, '  '),
    '',
    wrapText(`Cheaper than the whole: ${pays.join(', ')}.`, style, '  '),
    ...closed.map(line => wrapText(`Closed, ${line}.`, style, '  ')),
    ...notes.map(note => style.dim(wrapText(note, style, '  '))),
    '',
  ].join('\n');
}

function rowOf(way: Way, best: string, style: Style): string[] {
  const { name, calls, mostDeviceCalls, input, output, costUsd, seconds, leavingTokens, closed } =
    way;
  const shown = name === best ? style.good(name) : closed ? style.dim(name) : name;
  const here =
    mostDeviceCalls > calls.device
      ? `${count(calls.device)}–${count(mostDeviceCalls)}`
      : count(calls.device);
  return [
    shown,
    here,
    count(calls.cloud),
    count(input.device + output.device),
    count(input.cloud + output.cloud),
    dollars(costUsd),
    seconds === 'unknown' ? 'unknown' : time(seconds),
    leavingTokens === 0 ? 'nothing' : `${count(leavingTokens)} tokens of it`,
  ];
}

function count(value: number | 'never'): string {
  return value === 'never' ? 'never' : Math.round(value).toLocaleString('en');
}

function time(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
