import {
  type FinishedRun,
  joinSinks,
  leavesOf,
  newRunId,
  type Sink,
  strictestLabel,
} from '../../../src/entries/runs.ts';
import {
  type Call,
  type Label,
  type LanguageModel,
  labels,
  type PrivacyMode,
  privacyModes,
  type RunOptions,
} from '../../../src/index.ts';
import { type Catalogue, findServed, type Served } from '../catalogue.ts';
import type { Exchange } from '../exchange.ts';
import { keepQuestion } from '../pairs/keep-question.ts';
import { mayAsk, requireScope } from '../policy/keys.ts';
import { type Controls, keptLabel, stricterLabel } from '../wire/controls.ts';
import { forbidden, notFound, stricter } from '../wire/problem.ts';
import { type ToldEvents, toldEvents } from './told-events.ts';

/** A request made ready to be asked. */
export interface Work {
  readonly model: LanguageModel;
  readonly runId: string;
  readonly settings: RunOptions;
  /** What happens in it, where the request asks to be told. */
  readonly told?: ToldEvents;
  /** The run's tree, once it has ended. */
  finished(): FinishedRun | undefined;
}

/**
 * Finds the model of a request. @throws Problem 404, also for models that the key may not know of
 */
export function requireServed(
  { catalogue, caller }: Pick<Exchange, 'catalogue' | 'caller'>,
  name: string,
): Served {
  const served = findServed(catalogue, name);
  if (served && mayAsk(caller, served.name)) return served;
  const names = [...catalogue.served.keys()].filter(known => mayAsk(caller, known));
  const message =
    `The model "${name.slice(0, 100)}" does not exist here. There are ` +
    `${names.slice(0, 20).join(', ')}.`;
  throw notFound(message, 'model_not_found', 'model');
}

/**
 * Makes a request ready: its model, and limits that are never looser than the server's. @throws
 * Problem, TandemError
 */
export function prepareWork(
  exchange: Exchange,
  served: Served,
  { controls, runId }: { readonly controls: Controls; readonly runId?: string | undefined },
): Work {
  const { services } = exchange;
  let finished: FinishedRun | undefined;
  const sink = {
    ...followed(exchange),
    runFinished(run: FinishedRun) {
      finished = run;
      services.afterwork.add(() => {
        noteRun(exchange, run);
        watched?.ended(exchange.audit);
      });
    },
  };
  const events = controls.events ? toldEvents() : undefined;
  const settings = {
    ...limitsOf(exchange, controls),
    journal: services.journal,
    sink: told(exchange, sink),
    ...(events && { onEvent: events.onEvent }),
  };
  const known = runId ?? exchange.runId ?? services.repeats.take(exchange);
  const id = known ?? newRunId();
  const asked = modelOf(exchange, served, controls);
  const watched = services.observer?.watch(asked, settings);
  exchange.audit.model = served.name;
  exchange.audit.runId = id;
  return {
    model: watched?.model ?? asked,
    runId: id,
    settings: { ...settings, runId: id, isNew: known === undefined },
    ...(events && { told: events }),
    finished: () => finished,
  };
}

/** Makes a long run ready, whose limits are its own. @throws Problem, TandemError */
export function prepareRun(
  exchange: Exchange,
  served: Served,
  controls: Controls,
): { readonly model: LanguageModel; readonly settings: RunOptions } {
  exchange.audit.model = served.name;
  // The exchange ends with its answer; what the run costs is known later.
  const audit = { ...exchange.audit };
  const sink = {
    ...followed(exchange),
    runFinished: (run: FinishedRun) => noteRun({ ...exchange, audit }, run),
  };
  const { runDeadlineMs } = exchange.catalogue.settings.limits;
  return {
    model: modelOf(exchange, served, controls),
    settings: { ...limitsOf(exchange, controls, runDeadlineMs), sink: told(exchange, sink) },
  };
}

// Nothing is noted of a run that begins while nobody follows.
function followed({ services, caller }: Exchange): Pick<Sink, 'runStarted'> | undefined {
  const { begun } = services.studio.live;
  return begun && { runStarted: run => begun(run, caller.key && caller.name) };
}

// What is configured for every run hears of it too.
function told({ catalogue }: Exchange, sink: Sink): Sink {
  const { sink: configured } = catalogue.policy;
  return configured ? joinSinks(sink, configured) : sink;
}

/**
 * Lays what of a request may leave on a call: what it says, or what it inherits if that is
 * stricter.
 */
export function labelled(call: Call, controls: Controls, inherited: Label = 'cloud-allowed'): Call {
  const label =
    labels[Math.max(labels.indexOf(controls.label ?? 'cloud-allowed'), labels.indexOf(inherited))];
  if (label === undefined || label === 'cloud-allowed') return call;
  return { ...call, providerOptions: { ...call.providerOptions, tandem: { label } } };
}

/** The label of what is kept of an answer: the strictest of all that it is made of. */
export function labelToKeep(call: Call, controls: Controls): Label {
  const label = strictestLabel(call);
  return stricterLabel(label, keptLabel(controls)) ?? label;
}

/**
 * The limits of a run: the server's, made stricter where the request asks. @throws Problem 403
 * where it asks for less
 */
export function limitsOf(
  { catalogue, caller, services, budget }: Exchange,
  controls: Controls,
  most = catalogue.settings.limits.deadlineMs,
): RunOptions {
  const { policy } = catalogue;
  const longest = Math.min(most, policy.deadlineMs ?? most);
  const budgetUsd = allowed('budgetUsd', controls.budgetUsd, policy.budget?.usd);
  const ofKey = services.budgets.of(caller);
  const shared = budget ? [...(ofKey ? [ofKey] : []), budget] : ofKey && [ofKey];
  const deadlineMs = allowed('deadlineMs', controls.deadlineMs, longest) ?? longest;
  if (controls.mask === false && policy.masker) throw stricter('mask', 'true');
  const masker = controls.mask && !policy.masker ? { masker: catalogue.masker() } : {};
  return {
    ...policy,
    ...masker,
    ...(caller.key && { owner: caller.name }),
    mode: modeOf(catalogue, controls.mode),
    deadlineMs,
    ...(budgetUsd !== undefined && { budgetUsd }),
    ...(shared && { sharedBudgets: shared }),
  };
}

function modelOf(exchange: Exchange, served: Served, { options }: Controls): LanguageModel {
  if (options === undefined || Object.keys(options).length === 0) return served.model;
  if (!exchange.catalogue.settings.allowOptions) {
    throw forbidden(
      'This server takes no options of patterns. Leave `tandem.options` out.',
      'options_not_allowed',
    );
  }
  requireScope(exchange.caller, 'options');
  return exchange.catalogue.withOptions(served.name, options);
}

function modeOf({ policy }: Catalogue, wanted: PrivacyMode | undefined): PrivacyMode {
  if (wanted === undefined) return policy.mode;
  if (privacyModes.indexOf(wanted) < privacyModes.indexOf(policy.mode))
    throw stricter('mode', policy.mode);
  return wanted;
}

function allowed(
  name: string,
  wanted: number | undefined,
  most: number | undefined,
): number | undefined {
  if (wanted !== undefined && most !== undefined && wanted > most)
    throw stricter(name, String(most));
  return wanted;
}

function noteRun(exchange: Exchange, run: FinishedRun): void {
  const { audit, services, caller } = exchange;
  const { root } = run;
  keepQuestion(exchange, run);
  services.studio.live.note?.(run, caller.key && caller.name);
  let [costUsd, input, cached, output, cloud, replayed] = [0, 0, 0, 0, 0, 0];
  let isKnown = true;
  for (const leaf of leavesOf(root)) {
    if (leaf.costUsd === 'unknown') isKnown = false;
    else costUsd += leaf.costUsd;
    input += leaf.tokens?.input ?? 0;
    cached += leaf.tokens?.cachedInput ?? 0;
    output += leaf.tokens?.output ?? 0;
    if (leaf.replayed) replayed++;
    if (leaf.place === 'cloud') cloud++;
  }
  audit.costUsd = isKnown ? costUsd : 'unknown';
  audit.inputTokens = input;
  audit.outputTokens = output;
  audit.egressCalls = cloud;
  if (cached > 0) audit.cachedTokens = cached;
  if (replayed > 0) audit.replayedCalls = replayed;
  services.metrics.countRun(caller.name, audit);
}
