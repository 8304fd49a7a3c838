import { configuredMasker, runOptionsOf, stricterBudget } from '../../../src/entries/config.ts';
import type { Document, LoadedDocuments, NamedText } from '../../../src/entries/runs.ts';
import {
  type Call,
  direct,
  documentCall,
  extractive,
  type Label,
  type LanguageModel,
  notConfigured,
  type PrivacyMode,
  privacyModes,
  type RunOptions,
} from '../../../src/index.ts';
import { budgetIn, localPriceIn } from '../budget-flags.ts';
import { type Invocation, wrongUse } from '../command.ts';
import { openDocuments } from '../open-documents.ts';
import { proposedFor } from '../proposed-patterns.ts';
import { nothingToAskWith, openWorkspace, type Workspace } from '../workspace.ts';
import { partsBeside } from './beside-question.ts';

type Prompt = Call['prompt'];

/** Who is asked, about which documents, within which limits. */
export interface PreparedModel {
  readonly workspace: Workspace;
  readonly documents: readonly Document[];
  readonly model: LanguageModel;
  readonly settings: RunOptions;
  /** Makes the call of a question, after what was said before. */
  callOf(question: string, before?: Prompt): Call;
}

/** A question made ready: who is asked, with which call, within which limits. */
export interface PreparedAsk extends PreparedModel {
  readonly call: Call;
}

/** Makes the question of an invocation ready. @throws TandemError */
export async function prepareAsk(invocation: Invocation): Promise<PreparedAsk> {
  const question = invocation.positionals.join(' ').trim();
  if (question === '')
    throw wrongUse('The question is empty.', 'Give it in quotes: tandem ask "How …?"');
  const prepared = await prepareModel(invocation);
  return { ...prepared, call: prepared.callOf(question) };
}

/** Makes ready who an invocation asks, whatever it will ask. @throws TandemError */
export async function prepareModel(invocation: Invocation): Promise<PreparedModel> {
  const { options, signal } = invocation;
  if (options.pattern && options.model)
    throw wrongUse('`--pattern` and `--model` exclude each other.', 'Give one.');
  const workspace = await openWorkspace(invocation);
  const settings = runOptions(invocation, workspace);
  const paths = (options.doc as string[] | undefined) ?? [];
  const beside = await partsBeside(invocation);
  const loaded = await openDocuments(paths, invocation);
  const { documents } = loaded;
  const model = chooseModel(workspace, documents.length > 0, invocation);
  return {
    ...{ workspace, documents, model, settings },
    callOf(question, before = []) {
      const form = { abortSignal: signal, ...beside.form };
      const call = documentCall(question, labelled(loaded, options), form);
      const [asked] = call.prompt as [Extract<Prompt[number], { role: 'user' }>];
      const user = { ...asked, content: [...beside.images, ...asked.content] };
      return { ...call, prompt: [...beside.system, ...before, user] };
    },
  };
}

/** Reads how a command's calls are run: it can be stricter than the configuration, never looser. */
export function runOptions(
  { options }: Invocation,
  { config, resolved }: Pick<Workspace, 'config' | 'resolved'>,
): RunOptions {
  const privacy = { ...config.privacy, ...(options.mask === true && { mask: true }) };
  const given = runOptionsOf({ ...config, privacy }, wanted =>
    configuredMasker(wanted, resolved.find),
  );
  const budget = stricterBudget(given.budget ?? {}, budgetIn(options));
  const localPrice = localPriceIn(options) ?? config.localPrice;
  return {
    ...given,
    mode: stricterMode(options.mode as PrivacyMode, given.mode ?? 'cloud-allowed'),
    ...(Object.keys(budget).length > 0 && { budget }),
    ...(localPrice !== undefined && { localPrice }),
  };
}

function stricterMode(a: PrivacyMode, b: PrivacyMode): PrivacyMode {
  return privacyModes.indexOf(a) >= privacyModes.indexOf(b) ? a : b;
}

function labelled(
  { documents, unread }: LoadedDocuments,
  options: Invocation['options'],
): NamedText[] {
  const label = options.label as Label;
  return [
    ...documents.map(({ title, text, mediaType, lines }) => ({
      ...{ title, text, mediaType, label },
      ...(lines && { lines }),
    })),
    ...unread.map(({ title, why }) => ({ title, text: '', label, unread: why })),
  ];
}

/** Chooses who answers: what is named, else what is proposed for documents or other questions. */
export function chooseModel(
  workspace: Workspace,
  hasDocument: boolean,
  { options }: Invocation,
): LanguageModel {
  const { resolved, roles } = workspace;
  if (options.model) return direct(resolved.find(options.model as string));
  const cloud = roles.cloud ?? notConfigured();
  const local = roles.local ?? (hasDocument ? extractive() : undefined);
  const pattern = options.pattern as string | undefined;
  if (pattern) return resolved.pattern(pattern, { ...(local && { local }), cloud });
  const [proposed] = proposedFor(hasDocument ? 'documents' : 'questions');
  if (local) return resolved.pattern(proposed, { local, cloud });
  if (!roles.cloud) throw nothingToAskWith();
  return direct(roles.cloud);
}
