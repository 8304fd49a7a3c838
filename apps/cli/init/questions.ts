import type { Diagnosis } from '../../../src/entries/backends.ts';
import { patternByName, problemsIn, schemes } from '../../../src/entries/config.ts';
import { TandemError } from '../../../src/index.ts';
import type { Invocation } from '../command.ts';
import { proposedFor } from '../proposed-patterns.ts';
import { type Getting, waysToGet } from './get-model.ts';
import { askLine, type Choice, choose } from './prompts.ts';

/** What a configuration is written from. */
export interface Proposal {
  readonly models: Diagnosis['suggestion']['models'];
  /** Name of the pattern that ordinary questions go to. */
  readonly pattern: string;
}

type Configured = Proposal['models'][string];

/** What is proposed where nobody is asked. */
export function proposalOf({ suggestion }: Diagnosis): Proposal {
  return { models: suggestion.models, pattern: proposedFor('questions')[0] };
}

/**
 * Asks which of what was found is to be used, or got: the local model, the cloud, the pattern.
 * @throws the signal's reason on Ctrl-C
 */
export async function askForProposal(
  invocation: Invocation,
  diagnosis: Diagnosis,
): Promise<Proposal> {
  const { terminal } = invocation;
  const ways = waysToGet(invocation, diagnosis);
  const found = localChoices(diagnosis);
  const local = await chooseModel(invocation, 'The local model', { found, ways });
  const clouds = cloudChoices(diagnosis);
  const cloud = await chooseModel(invocation, 'The cloud model', { found: clouds, ways: [] });
  const named = proposedFor('questions').map(name => ({
    label: name,
    hint: patternByName[name]!.summary,
    value: name,
  }));
  const pattern = await choose(invocation, 'The pattern for ordinary questions', named);
  const models = { ...(local !== undefined && { local }), ...(cloud !== undefined && { cloud }) };
  if (Object.keys(models).length === 0)
    terminal.note('No model: only documents can be asked, by the extractive reader.');
  return { models, pattern };
}

function localChoices({ servers, engine, suggestion }: Diagnosis): Choice<Configured>[] {
  const found = servers.flatMap(({ endpoint, source, models }) =>
    models
      .filter(({ failure }) => failure === undefined)
      .map(({ spec, signal, isLoaded, speed }): Choice<Configured> => {
        const speedOf =
          speed?.tokensPerSecond === undefined ? '' : `${speed.tokensPerSecond} tokens/s`;
        return {
          label: spec,
          hint: hintOf(isLoaded ? 'loaded' : '', speedOf, `drafts judged by ${signal}`),
          value: source === 'default port' ? spec : { spec, endpoint },
        };
      }),
  );
  const files = engine.files.filter(({ state }) => state === 'ready' || state === 'remote');
  const inProcess = files.map(({ file }): Choice<Configured> => {
    const spec = `llama-cpp:${file}`;
    return { label: spec, hint: 'in this process', value: spec };
  });
  return proposedFirst([...found, ...inProcess], suggestion.models.local);
}

function cloudChoices({ clouds, suggestion }: Diagnosis): Choice<Configured>[] {
  const found = clouds.flatMap(({ spec, missing, fault, credentials }): Choice<Configured>[] => {
    if (spec === undefined || fault !== undefined) return [];
    const state =
      missing.length > 0 ? `lacks ${missing.join(' and ')}` : `credentials: ${credentials}`;
    return [{ label: spec, hint: state, value: spec }];
  });
  return proposedFirst(found, suggestion.models.cloud);
}

function hintOf(...facts: readonly string[]): string {
  return facts.filter(Boolean).join(', ');
}

function proposedFirst(
  choices: Choice<Configured>[],
  proposed: Configured | undefined,
): Choice<Configured>[] {
  const isProposed = ({ value }: Choice<Configured>) =>
    JSON.stringify(value) === JSON.stringify(proposed);
  return [...choices.filter(isProposed), ...choices.filter(choice => !isProposed(choice))];
}

// Ways to get a model stand first where there is none.
async function chooseModel(
  invocation: Invocation,
  title: string,
  { found, ways }: { found: readonly Choice<Configured>[]; ways: readonly Choice<Getting>[] },
): Promise<Configured | undefined> {
  type Way = () => Promise<Configured | undefined>;
  const there = found.map(({ value, ...shown }): Choice<Way> => {
    return { ...shown, value: async () => value };
  });
  const choices: readonly Choice<Way>[] = [
    ...there,
    ...ways,
    {
      label: 'another …',
      hint: 'a spec such as ollama:phi4-mini',
      value: () => askLine(invocation, 'Its spec', { problemOf: specProblem }),
    },
    { label: 'none', hint: 'can be added later', value: async () => undefined },
  ];
  for (;;) {
    // A file is fetched where somebody asks for it, and by no Enter alone.
    const marked = found.length === 0 && ways.length < 2 ? choices.length - 1 : 0;
    const way = await choose(invocation, title, choices, marked);
    const model = await way().catch((error: unknown) => {
      if (!TandemError.isInstance(error)) throw error;
      invocation.terminal.note(error.message);
      return undefined;
    });
    if (model !== undefined || way === choices.at(-1)!.value) return model;
  }
}

function specProblem(typed: string): string | undefined {
  const [problem] = problemsIn({ models: { local: typed } }, { patternByName, schemes });
  return problem?.message;
}
