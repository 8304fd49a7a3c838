import type { Diagnosis } from '../../../src/entries/backends.ts';
import { patternByName, problemsIn, schemes } from '../../../src/entries/config.ts';
import type { Invocation } from '../command.ts';
import { table } from '../layout.ts';

/** What a configuration is written from. */
export interface Proposal {
  readonly models: Diagnosis['suggestion']['models'];
  /** Name of the pattern that ordinary questions go to. */
  readonly pattern: string;
}

type Configured = Proposal['models'][string];

interface Choice<Value> {
  /** As it is shown: the thing itself, and what is known of it. */
  readonly row: readonly string[];
  readonly value: Value;
}

const patterns = ['cascade', 'router', 'maker'] as const;

/** What is proposed where nobody is asked. */
export function proposalOf({ suggestion }: Diagnosis): Proposal {
  return { models: suggestion.models, pattern: patterns[0] };
}

/**
 * Asks which of what was found is to be used: the local model, the cloud, the pattern. `undefined`
 * if nothing is to be written. @throws the signal's reason on Ctrl-C
 */
export async function askForProposal(
  invocation: Invocation,
  diagnosis: Diagnosis,
): Promise<Proposal | undefined> {
  const { terminal } = invocation;
  const local = await chooseModel(invocation, 'The local model', localChoices(diagnosis));
  if (local === stopped) return undefined;
  const cloud = await chooseModel(invocation, 'The cloud model', cloudChoices(diagnosis));
  if (cloud === stopped) return undefined;
  const named = patterns.map(name => ({ row: [name, patternByName[name]!.summary], value: name }));
  const pattern = await choose(invocation, 'The pattern for ordinary questions', named);
  if (pattern === stopped) return undefined;
  const models = { ...(local !== undefined && { local }), ...(cloud !== undefined && { cloud }) };
  if (Object.keys(models).length === 0)
    terminal.note('No model: only documents can be asked, by the extractive reader.');
  return { models, pattern: pattern as string };
}

const stopped = Symbol('the input has ended');

function localChoices({ servers, engine, suggestion }: Diagnosis): Choice<Configured>[] {
  const found = servers.flatMap(({ endpoint, source, models }) =>
    models
      .filter(({ failure }) => failure === undefined)
      .map(({ spec, signal, isLoaded, speed }): Choice<Configured> => {
        const speedOf =
          speed?.tokensPerSecond === undefined ? '' : `${speed.tokensPerSecond} tokens/s`;
        return {
          row: [spec, isLoaded ? 'loaded' : '', speedOf, `drafts judged by ${signal}`],
          value: source === 'default port' ? spec : { spec, endpoint },
        };
      }),
  );
  const files = engine.files.filter(({ state }) => state === 'ready' || state === 'remote');
  const inProcess = files.map(({ file }): Choice<Configured> => {
    return { row: [`llama-cpp:${file}`, 'in this process'], value: `llama-cpp:${file}` };
  });
  return proposedFirst([...found, ...inProcess], suggestion.models.local);
}

function cloudChoices({ clouds, suggestion }: Diagnosis): Choice<Configured>[] {
  const found = clouds.flatMap(({ spec, missing, credentials }): Choice<Configured>[] => {
    if (spec === undefined) return [];
    const state =
      missing.length > 0 ? `lacks ${missing.join(' and ')}` : `credentials: ${credentials}`;
    return [{ row: [spec, state], value: spec }];
  });
  return proposedFirst(found, suggestion.models.cloud);
}

function proposedFirst(
  choices: Choice<Configured>[],
  proposed: Configured | undefined,
): Choice<Configured>[] {
  const isProposed = ({ value }: Choice<Configured>) =>
    JSON.stringify(value) === JSON.stringify(proposed);
  return [...choices.filter(isProposed), ...choices.filter(choice => !isProposed(choice))];
}

async function chooseModel(
  invocation: Invocation,
  title: string,
  found: readonly Choice<Configured>[],
): Promise<Configured | undefined | typeof stopped> {
  const none = { row: ['none', 'can be added later'], value: undefined };
  return choose<Configured | undefined>(invocation, title, [...found, none], readSpec);
}

// What is typed in place of a number: a spec that is one.
function readSpec(typed: string): { value: string } | { problem: string } {
  const [problem] = problemsIn({ models: { local: typed } }, { patternByName, schemes });
  return problem ? { problem: problem.message } : { value: typed };
}

async function choose<Value>(
  { terminal, signal }: Invocation,
  title: string,
  choices: readonly Choice<Value>[],
  read?: (typed: string) => { readonly value: Value } | { readonly problem: string },
): Promise<Value | typeof stopped> {
  const { style } = terminal;
  const rows = choices.map(({ row: [name = '', ...facts] }, index) => [
    style.dim(`${index + 1}`),
    style.accent(name),
    ...facts.map(style.dim),
  ]);
  terminal.note(`\n${style.bold(title)}\n${table(rows, { columns: terminal.width }, '  ')}`);
  const ways = `a number${read ? ', or a spec such as ollama:phi4-mini' : ''}`;
  for (;;) {
    const answer = await terminal.ask(`  ${ways} [1]: `, signal);
    if (answer === undefined) return stopped;
    const typed = answer.trim() || '1';
    const chosen = /^\d+$/.test(typed) ? choices[Number(typed) - 1] : undefined;
    if (chosen) return chosen.value;
    const said =
      /^\d+$/.test(typed) || !read
        ? { problem: `There is no choice "${typed}". Give 1 to ${choices.length}.` }
        : read(typed);
    if ('value' in said) return said.value;
    terminal.note(`  ${style.bad('no')}  ${said.problem}`);
  }
}
