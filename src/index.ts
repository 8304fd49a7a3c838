/** Every public name of Tandem, by hand; and the one table of patterns and schemes. */
import { modelFactory } from './backends/model-factory.ts';
import { noneScheme, notConfigured } from './backends/none.ts';
import { backends } from './backends/backends.ts';
import type { Config } from './config/config.ts';
import { loadConfig } from './config/load-config.ts';
import { providerOf, type TandemProvider } from './config/provider.ts';
import { resolveConfig } from './config/resolve-config.ts';
import { runOptionsOf } from './config/run-options.ts';
import { rolesFromEnvironment } from './backends/roles.ts';
import { extractive, extractiveScheme } from './documents/extractive.ts';
import { TandemError } from './model/errors.ts';
import type { Journal } from './model/run/ports.ts';
import type { PatternEntry } from './model/pattern/pattern-entry.ts';
import type { ModelFactory, Scheme } from './model/spec.ts';
import { type Adviser, adviserFor } from './patterns/auto/adviser.ts';
import { autoEntry } from './patterns/auto/entry.ts';
import { cascadeEntry } from './patterns/cascade/entry.ts';
import { chainEntry } from './patterns/chain/entry.ts';
import { makerEntry } from './patterns/maker/entry.ts';
import { minionsEntry } from './patterns/minions/entry.ts';
import { routerEntry } from './patterns/router/entry.ts';
import { shadowEntry } from './patterns/shadow/entry.ts';
import { personalDataMasker } from './privacy/personal-data-masker.ts';
import { openJournal } from './runs/journal.ts';
import { openTelemetry } from './telemetry/open-telemetry.ts';
import { tinyScheme } from './testing/tiny/tiny-scheme.ts';
import type { Sink } from './trace/sink.ts';

/** Every pattern by name; a new one is one line here. */
export const patternByName: Readonly<Record<string, PatternEntry>> = {
  cascade: cascadeEntry,
  router: routerEntry,
  maker: makerEntry,
  minions: minionsEntry,
  chain: chainEntry,
  shadow: shadowEntry,
  auto: autoEntry({ minions: minionsEntry, chain: chainEntry, plain: cascadeEntry }),
};

/** Every backend scheme. */
export const schemes: readonly Scheme[] = [
  ...backends.map(({ scheme }) => scheme),
  extractiveScheme,
  tinyScheme,
  noneScheme,
];

/** Makes a model from a spec such as `ollama:phi4-mini` or `azure:gpt-4.1`. @throws TandemError */
export const model: ModelFactory = modelFactory(schemes);

export { clopperPearson } from './algorithms/binomial.ts';
export type { Demands } from './algorithms/choose-threshold.ts';
export type { OperatingPoint } from './algorithms/choose-threshold.ts';
export { operatingPointAt } from './algorithms/choose-threshold.ts';
export { bootstrap } from './algorithms/bootstrap.ts';
export type { Interval } from './algorithms/bootstrap.ts';
export { auroc } from './algorithms/confidence-metrics.ts';
export { calibrationError } from './algorithms/confidence-metrics.ts';
export { escalationBound } from './algorithms/escalation-bound.ts';
/** How a provider is made of a configuration. */
export interface ProviderOptions {
  /** What variables are read from. Default: `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Keeps every run. Default: what the configuration says. */
  readonly journal?: Journal;
  /**
   * Is told of every run, such as `await openTelemetry()`. Default: what the configuration says,
   * with `loadTandem`.
   */
  readonly sink?: Sink;
}

/**
 * Makes a provider of the AI SDK of a configuration: `tandem('support')` is the pattern of that
 * name, and what the configuration says of privacy, budgets and time-outs holds for every call.
 * Variables go before it: `SLM_BACKEND` and `LLM_BACKEND` take the place of `local` and `cloud`.
 * @throws TandemError for a mistake in the configuration
 */
export function createTandem(config: Config, options: ProviderOptions = {}): TandemProvider {
  const { env = process.env } = options;
  const roles = rolesFromEnvironment(env);
  const make = (role: 'local' | 'cloud') => {
    const given = roles[role];
    return given && model(given.spec, { ...given.settings, env });
  };
  const resolved = resolveConfig(config, {
    model: (spec, settings) => model(spec, { ...settings, env }),
    patternByName,
    schemes,
    override: { local: () => make('local'), cloud: () => make('cloud') },
    fallback: { local: () => extractive(), cloud: () => notConfigured() },
  });
  const settings = runOptionsOf(config, ({ words = [] }) => personalDataMasker({ words }));
  const { keep, ...kept } = config.journal ?? {};
  const { sink } = options;
  if (config.telemetry && !sink) {
    const message =
      '`telemetry` needs a sink here. Use `loadTandem`, or give `sink: await openTelemetry()`.';
    throw new TandemError('invalid_argument', message);
  }
  let journal = options.journal;
  return providerOf(resolved, () => {
    if (keep || config.budget?.perDay) journal ??= openJournal(kept);
    return { ...settings, ...(journal && { journal }), ...(sink && { sink }) };
  });
}

/**
 * Reads the configuration of a folder, or the file named, and makes a provider of it. @throws
 * TandemError
 */
export async function loadTandem(
  options: ProviderOptions & { readonly file?: string; readonly folder?: string } = {},
): Promise<TandemProvider> {
  const { folder = process.cwd(), file, env = process.env } = options;
  const config = await loadConfig({ folder, env, ...(file !== undefined && { file }) });
  const sink = options.sink ?? (config.telemetry ? await openTelemetry() : undefined);
  return createTandem(config, { ...options, ...(sink && { sink }) });
}

/** Says which way to answer from documents pays, before any call. @throws TandemError */
export const advise: Adviser = adviserFor({ minions: minionsEntry, chain: chainEntry });

export type { ModelSpeed } from './algorithms/fit-speed.ts';
export { seededRandom } from './algorithms/seeded-random.ts';
export { nearest } from './algorithms/nearest.ts';
export { expectedVotes } from './algorithms/vote-odds.ts';
export { leastLead } from './algorithms/vote-odds.ts';
export { poisonedCeiling } from './algorithms/vote-odds.ts';
export { stepSuccess } from './algorithms/vote-odds.ts';
export { taskSuccess } from './algorithms/vote-odds.ts';
export type { VotedTask } from './algorithms/vote-odds.ts';
export type { Advice } from './backends/diagnosis/advise-on.ts';
export type { AzureOptions } from './backends/azure/azure.ts';
export { azure } from './backends/azure/azure.ts';
export type { CapabilityCache } from './backends/diagnosis/capability-cache.ts';
export type { KnownModel } from './backends/diagnosis/capability-cache.ts';
export { openCapabilityCache } from './backends/diagnosis/capability-cache.ts';
export type { CloudReport } from './backends/backend.ts';
export type { DiagnoseOptions } from './backends/diagnosis/diagnose.ts';
export type { Diagnosis } from './backends/diagnosis/diagnose.ts';
export { diagnose } from './backends/diagnosis/diagnose.ts';
export type { ModelReport } from './backends/diagnosis/diagnose.ts';
export type { ServerReport } from './backends/diagnosis/diagnose.ts';
export type { Candidate } from './backends/diagnosis/discover.ts';
export { discoverLocal } from './backends/diagnosis/discover.ts';
export { discoverServers } from './backends/diagnosis/discover.ts';
export type { FoundServer } from './backends/diagnosis/discover.ts';
export type { FoundryLocalOptions } from './backends/local-servers/foundry-local.ts';
export { foundryLocal } from './backends/local-servers/foundry-local.ts';
export { askPlace } from './backends/local-servers/place-told.ts';
export type { EngineBinary } from './backends/llama-cpp/inspect-engine.ts';
export type { EngineReport } from './backends/llama-cpp/inspect-engine.ts';
export type { ModelFileReport } from './backends/llama-cpp/inspect-engine.ts';
export type { LlamaCppOptions } from './backends/llama-cpp/llama-cpp.ts';
export { llamaCpp } from './backends/llama-cpp/llama-cpp.ts';
export { notConfigured } from './backends/none.ts';
export type { OllamaOptions } from './backends/ollama/ollama.ts';
export { ollama } from './backends/ollama/ollama.ts';
export type { OpenAICompatibleOptions } from './backends/openai/openai-compatible.ts';
export { openaiCompatible } from './backends/openai/openai-compatible.ts';
export type { Probe } from './backends/diagnosis/probe.ts';
export type { ProbeOptions } from './backends/diagnosis/probe.ts';
export { probeModel } from './backends/diagnosis/probe.ts';
export type { Speed } from './backends/diagnosis/probe.ts';
export type { RoleSpec } from './backends/roles.ts';
export { rolesFromEnvironment } from './backends/roles.ts';
export { isLocalEndpoint } from './backends/settings.ts';
export { problemsIn } from './config/check-names.ts';
export type { KnownNames } from './config/check-names.ts';
export type { Config } from './config/config.ts';
export { defineConfig } from './config/config.ts';
export { configJsonSchema } from './config/json-schema.ts';
export { configFileIn } from './config/load-config.ts';
export { loadConfig } from './config/load-config.ts';
export type { TandemProvider } from './config/provider.ts';
export type { ListedModel } from './config/resolve-config.ts';
export type { ResolvedConfig } from './config/resolve-config.ts';
export { resolveConfig } from './config/resolve-config.ts';
export type { TokenCounter } from './algorithms/chunk-by-tokens.ts';
export { runOptionsOf } from './config/run-options.ts';
export { stricterBudget } from './config/run-options.ts';
export type { Document } from './documents/document.ts';
export { documentCall } from './documents/document-call.ts';
export type { NamedText } from './documents/document-call.ts';
export { extractive } from './documents/extractive.ts';
export { loadDocument } from './documents/load-document.ts';
export type { LoadedDocuments } from './documents/load-documents.ts';
export { loadDocuments } from './documents/load-documents.ts';
export { loadTokenCounter } from './documents/load-token-counter.ts';
export { answerCollector } from './model/answer.ts';
export { textAnswer } from './model/answer.ts';
export { textOf } from './model/answer.ts';
export { userCall } from './model/answer.ts';
export type { Ask } from './model/pattern/ask.ts';
export type { BreakerPolicy } from './model/leaf/breaker.ts';
export type { Allowance } from './model/run/accounts.ts';
export type { Exhausted } from './model/run/accounts.ts';
export type { SharedAccount } from './model/run/accounts.ts';
export type { SharedAccounts } from './model/run/accounts.ts';
export type { SharedHold } from './model/run/accounts.ts';
export type { BudgetLimits } from './model/leaf/cost/budget.ts';
export type { SharedBudget } from './model/leaf/cost/budget.ts';
export type { Capabilities } from './model/leaf/model/capabilities.ts';
export type { DraftSignal } from './model/leaf/model/capabilities.ts';
export { capabilitiesOf } from './model/leaf/model/capabilities.ts';
export { noteCapabilities } from './model/leaf/model/capabilities.ts';
export { definePattern } from './model/pattern/define-pattern.ts';
export { judgedBy } from './model/pattern/define-pattern.ts';
export type { PatternDefinition } from './model/pattern/define-pattern.ts';
export { direct } from './model/pattern/direct.ts';
export { askEmbedding } from './model/pattern/embedding.ts';
export type { Embedder } from './model/pattern/embedding.ts';
export { embedderOf } from './model/pattern/embedding.ts';
export type { ErrorCode } from './model/errors.ts';
export { errorCodes } from './model/errors.ts';
export { TandemError } from './model/errors.ts';
export type { FailureKind } from './model/leaf/failure.ts';
export { failureKinds } from './model/leaf/failure.ts';
export { failureOf } from './model/leaf/failure.ts';
export type { Label } from './model/run/labels.ts';
export { labels } from './model/run/labels.ts';
export { strictestLabel } from './model/run/scope-life.ts';
export { lateWarningsOf } from './model/answer.ts';
export { limit } from './model/limit.ts';
export { logprobsOf } from './model/leaf/logprobs.ts';
export type { TokenLogprob } from './model/leaf/logprobs.ts';
export { withLogprobs } from './model/leaf/logprobs.ts';
export type { HandOff } from './model/pattern/define-pattern.ts';
export { handOff } from './model/pattern/define-pattern.ts';
export type { Outcome } from './model/pattern/define-pattern.ts';
export type { Settled } from './model/pattern/define-pattern.ts';
export { settle } from './model/pattern/define-pattern.ts';
export type { PatternEntry } from './model/pattern/pattern-entry.ts';
export type { Roles } from './model/pattern/pattern-entry.ts';
export { askingPlace } from './model/leaf/model/place.ts';
export { inCloud } from './model/leaf/model/place.ts';
export { onDevice } from './model/leaf/model/place.ts';
export { placeNow } from './model/leaf/model/place.ts';
export { placeOf } from './model/leaf/model/place.ts';
export { refusingRedirects } from './model/redirect.ts';
export type { Clock } from './model/run/ports.ts';
export type { Crossing } from './model/run/ports.ts';
export type { Decision } from './model/run/ports.ts';
export type { DocumentSource } from './model/run/ports.ts';
export type { Guard } from './model/run/ports.ts';
export type { Journal } from './model/run/ports.ts';
export type { RunBegin } from './model/run/ports.ts';
export type { RunJournal } from './model/run/ports.ts';
export type { KeptDocument } from './model/run/ports.ts';
export type { JournaledStep } from './model/run/ports.ts';
export type { MaskedSpan } from './model/run/ports.ts';
export type { Masker } from './model/run/ports.ts';
export type { PrivacyMode } from './model/run/ports.ts';
export { privacyModes } from './model/run/ports.ts';
export type { ReadingProgress } from './model/run/ports.ts';
export type { ReadDocument } from './model/run/ports.ts';
export type { RunEnd } from './model/run/ports.ts';
export type { StepAddress } from './model/run/ports.ts';
export type { RetryPolicy } from './model/run/scope.ts';
export type { RunOptions } from './model/run/scope.ts';
export type { EstimateReading } from './model/pattern/reading-estimate.ts';
export type { ReadingEstimate } from './model/pattern/reading-estimate.ts';
export type { ReadingSizes } from './model/pattern/reading-estimate.ts';
export { newRunId } from './model/run/run-id.ts';
export { run } from './model/run/scope-life.ts';
export type { ModelFactory } from './model/spec.ts';
export type { Scheme } from './model/spec.ts';
export type { SpecSettings } from './model/spec.ts';
export type { About } from './model/run/summary.ts';
export type { AnswerGrounding } from './model/run/summary.ts';
export type { AnswerQuality } from './model/run/summary.ts';
export type { Coverage } from './model/run/summary.ts';
export type { PageCoverage } from './model/run/summary.ts';
export type { Summary } from './model/run/summary.ts';
export { summaryOf } from './model/run/summary.ts';
export type { Withheld } from './model/run/summary.ts';
export type { Extract } from './model/task.ts';
export type { Task as WorkerTask } from './model/task.ts';
export type { Answer } from './model/types.ts';
export type { Call } from './model/types.ts';
export type { LanguageModel } from './model/types.ts';
export type { StreamPart } from './model/types.ts';
export type { Usage } from './model/types.ts';
export { wrap } from './model/wrap.ts';
export type { ReadingAdvice } from './patterns/auto/advise.ts';
export type { Way } from './patterns/auto/advise.ts';
export type { Adviser } from './patterns/auto/adviser.ts';
export type { AdviceOptions } from './patterns/auto/adviser.ts';
export { auto, type AutoOptions } from './patterns/auto/auto.ts';
export type { WayName } from './patterns/auto/ways.ts';
export { cascade } from './patterns/cascade/cascade.ts';
export { calibratedGate } from './patterns/cascade/calibrated.ts';
export type { CollectOptions } from './patterns/cascade/collect-outcome.ts';
export { collectOutcome } from './patterns/cascade/collect-outcome.ts';
export type { OutcomeRequest } from './patterns/cascade/collect-outcome.ts';
export type { UnjudgedRow } from './patterns/cascade/collect-outcome.ts';
export { defaultGate } from './patterns/cascade/default-gate.ts';
export type { Draft } from './patterns/cascade/gate.ts';
export type { Gate } from './patterns/cascade/gate.ts';
export type { Verdict } from './patterns/cascade/gate.ts';
export type { AgreementKey } from './patterns/cascade/gates/agreement.ts';
export type { AgreementOptions } from './patterns/cascade/gates/agreement.ts';
export { agreement } from './patterns/cascade/gates/agreement.ts';
export type { BySignalOptions } from './patterns/cascade/gates/by-signal.ts';
export { bySignal } from './patterns/cascade/gates/by-signal.ts';
export type { CitedOptions } from './patterns/cascade/gates/cited.ts';
export { cited } from './patterns/cascade/gates/cited.ts';
export { all } from './patterns/cascade/gates/combine.ts';
export { any } from './patterns/cascade/gates/combine.ts';
export { firstKnown } from './patterns/cascade/gates/combine.ts';
export type { GreyBand } from './patterns/cascade/gates/combine.ts';
export { greyBand } from './patterns/cascade/gates/combine.ts';
export { not } from './patterns/cascade/gates/combine.ts';
export { complete } from './patterns/cascade/gates/complete.ts';
export type { ConfidentOptions } from './patterns/cascade/gates/confident.ts';
export { confident } from './patterns/cascade/gates/confident.ts';
export { onTopic } from './patterns/cascade/gates/on-topic.ts';
export { retrieval } from './patterns/cascade/gates/retrieval.ts';
export type { CheckOptions } from './patterns/cascade/gates/self-check.ts';
export { judge } from './patterns/cascade/gates/self-check.ts';
export { selfCheck } from './patterns/cascade/gates/self-check.ts';
export { selfReport } from './patterns/cascade/gates/self-report.ts';
export type { StandardSchema } from './patterns/cascade/gates/validator.ts';
export { matchesPattern } from './patterns/cascade/gates/validator.ts';
export { matchesSchema } from './patterns/cascade/gates/validator.ts';
export { validator } from './patterns/cascade/gates/validator.ts';
export { wellShaped } from './patterns/cascade/gates/validator.ts';
export type { CascadeOptions } from './patterns/cascade/options.ts';
export type { HopelessOptions } from './patterns/cascade/options.ts';
export type { PrefixOptions } from './patterns/cascade/prefix.ts';
export type { Signal } from './patterns/cascade/signal.ts';
export type { SignalByName } from './patterns/cascade/signal.ts';
export type { JournaledAnswer } from './patterns/cascade/row-of-run.ts';
export { rowOfRun } from './patterns/cascade/row-of-run.ts';
export { schemaGrader } from './patterns/cascade/schema-grader.ts';
export { signalByName } from './patterns/cascade/signals.ts';
export { chain } from './patterns/chain/chain.ts';
export type { ChainOptions } from './patterns/chain/settings.ts';
export type { ChainOrder } from './patterns/chain/settings.ts';
export type { ChainTask } from './patterns/chain/settings.ts';
export { maker, type MakerOptions } from './patterns/maker/maker.ts';
export { balanceTask } from './patterns/maker/tasks/balances.ts';
export type { BalanceState } from './patterns/maker/tasks/balances.ts';
export type { Entry } from './patterns/maker/tasks/balances.ts';
export { commandCheck } from './patterns/maker/tasks/command-check.ts';
export type { CommandCheckOptions } from './patterns/maker/tasks/command-check.ts';
export { derivationTask } from './patterns/maker/tasks/derivation.ts';
export type { DerivationState } from './patterns/maker/tasks/derivation.ts';
export type { DerivationStep } from './patterns/maker/tasks/derivation.ts';
export { additionTask } from './patterns/maker/tasks/digits.ts';
export type { DigitState } from './patterns/maker/tasks/digits.ts';
export { multiplicationTask } from './patterns/maker/tasks/digits.ts';
export type { HanoiOptions } from './patterns/maker/tasks/hanoi.ts';
export type { TowerState } from './patterns/maker/tasks/hanoi.ts';
export { hanoiTask } from './patterns/maker/tasks/hanoi.ts';
export type { EditState } from './patterns/maker/tasks/list-edits.ts';
export type { ListEdit } from './patterns/maker/tasks/list-edits.ts';
export { listEditTask } from './patterns/maker/tasks/list-edits.ts';
export type { FileSet } from './patterns/maker/tasks/refactoring.ts';
export type { RefactoringOptions } from './patterns/maker/tasks/refactoring.ts';
export type { RefactoringState } from './patterns/maker/tasks/refactoring.ts';
export type { RefactoringStep } from './patterns/maker/tasks/refactoring.ts';
export { refactoringTask } from './patterns/maker/tasks/refactoring.ts';
export { sortingTask } from './patterns/maker/tasks/sorting.ts';
export type { SortOptions } from './patterns/maker/tasks/sorting.ts';
export type { SortState } from './patterns/maker/tasks/sorting.ts';
export type { JobPlan } from './patterns/minions/plan.ts';
export { plainPlan } from './patterns/minions/plan.ts';
export { minions, type MinionsOptions } from './patterns/minions/minions.ts';
export type { RouteDecision } from './patterns/router/decide.ts';
export { driftMonitor } from './patterns/router/drift.ts';
export type { DriftMonitor } from './patterns/router/drift.ts';
export type { DriftStatus } from './patterns/router/drift.ts';
export { handScorer } from './patterns/router/hand-scorer.ts';
export { knnScorer } from './patterns/router/knn-scorer.ts';
export { llmScorer } from './patterns/router/llm-scorer.ts';
export { decideRoute } from './patterns/router/router.ts';
export { router, type RouterOptions } from './patterns/router/router.ts';
export { code } from './patterns/router/rules.ts';
export { labelled } from './patterns/router/rules.ts';
export { longerThan } from './patterns/router/rules.ts';
export { media } from './patterns/router/rules.ts';
export type { Rule } from './patterns/router/rules.ts';
export { scriptOtherThan } from './patterns/router/rules.ts';
export type { Scored } from './patterns/router/scorer.ts';
export type { Scorer } from './patterns/router/scorer.ts';
export { defaultWeights } from './patterns/router/trained-scorer.ts';
export { trainedScorer } from './patterns/router/trained-scorer.ts';
export type { Comparison } from './patterns/shadow/shadow.ts';
export { shadow, type ShadowOptions } from './patterns/shadow/shadow.ts';
export { nameFinder } from './privacy/name-finder.ts';
export type { PresidioOptions } from './privacy/presidio-finder.ts';
export { presidioFinder } from './privacy/presidio-finder.ts';
export type { MaskerOptions } from './privacy/personal-data-masker.ts';
export { personalDataMasker } from './privacy/personal-data-masker.ts';
export type { DocumentStore } from './runs/document-store.ts';
export type { DocumentStoreOptions } from './runs/document-store.ts';
export type { ListedDocument } from './runs/document-store.ts';
export { openDocumentStore } from './runs/document-store.ts';
export { defaultJournalPath } from './runs/open-store.ts';
export { openStore } from './runs/open-store.ts';
export type { FileJournal } from './runs/journal.ts';
export type { JournalOptions } from './runs/journal.ts';
export type { ContentCipher } from './runs/content-cipher.ts';
export { contentCipher } from './runs/content-cipher.ts';
export { openJournal } from './runs/journal.ts';
export type { Ledger } from './runs/ledger.ts';
export type { LedgerOptions } from './runs/ledger.ts';
export type { LedgerStep } from './runs/ledger.ts';
export type { LedgerFacts } from './runs/ledger.ts';
export { openLedger } from './runs/ledger.ts';
export type { ListedRuns } from './runs/read-runs.ts';
export type { RecordedAnswer } from './runs/read-runs.ts';
export type { ListedCrossing } from './runs/read-runs.ts';
export type { RecordedCall } from './runs/read-runs.ts';
export type { RecordedDecision } from './runs/read-runs.ts';
export type { RecordedDocument } from './runs/read-runs.ts';
export type { RunDetails } from './runs/read-runs.ts';
export type { RunRow } from './runs/read-runs.ts';
export type { Kept } from './runs/store.ts';
export type { KeptHead } from './runs/store.ts';
export type { RunQuery } from './runs/store.ts';
export type { RunStore } from './runs/store.ts';
export type { TelemetryOptions } from './telemetry/open-telemetry.ts';
export { openTelemetry } from './telemetry/open-telemetry.ts';
export type { VoteTable } from './runs/solve/decide.ts';
export type { HardState } from './runs/solve/pilot-result.ts';
export type { Pilot } from './runs/solve/pilot-result.ts';
export type { PilotOptions } from './runs/solve/pilot.ts';
export type { Poisoned } from './runs/solve/pilot-result.ts';
export type { Truth } from './runs/solve/pilot.ts';
export type { LabelledState } from './runs/solve/pilot-states.ts';
export type { Progress } from './runs/solve/progress.ts';
export type { CeilingBasis } from './runs/solve/projection.ts';
export { leadFor } from './runs/solve/projection.ts';
export { project } from './runs/solve/projection.ts';
export type { Projection } from './runs/solve/projection.ts';
export { unseenBy } from './runs/solve/projection.ts';
export type { Sampler } from './runs/solve/sampler.ts';
export type { Solver } from './runs/solve/sampler.ts';
export type { VoteRequest } from './runs/solve/sampler.ts';
export type { DrawOptions } from './runs/solve/settings.ts';
export type { SolveOptions } from './runs/solve/settings.ts';
export { pilot } from './runs/solve/solve.ts';
export { solve } from './runs/solve/solve.ts';
export type { Solution } from './runs/solve/standing.ts';
export type { Legality } from './runs/solve/task.ts';
export type { Move } from './runs/solve/task.ts';
export type { RedFlag } from './runs/solve/task.ts';
export type { StepPrompt } from './runs/solve/task.ts';
export type { Task } from './runs/solve/task.ts';
export { costOf } from './model/leaf/cost/prices.ts';
export type { LocalPrice } from './model/leaf/cost/prices.ts';
export type { Price } from './model/leaf/cost/prices.ts';
export type { PriceByModel } from './model/leaf/cost/prices.ts';
export { priceOf } from './model/leaf/cost/prices.ts';
export { pricesAsOf } from './model/leaf/cost/prices.ts';
export type { FinishedRun } from './trace/sink.ts';
export type { MemorySink } from './trace/sink.ts';
export { joinSinks } from './trace/sink.ts';
export { memorySink } from './trace/sink.ts';
export type { Sink } from './trace/sink.ts';
export { leavesOf } from './trace/span.ts';
export type { Place } from './trace/span.ts';
export type { Span } from './trace/span.ts';
export type { SpanDecision } from './trace/span.ts';
export type { Usd } from './trace/span.ts';
export type { CalibrateOptions } from './training/calibrate.ts';
export type { CalibrateResult } from './training/calibrate.ts';
export { calibrate } from './training/calibrate.ts';
export { scoreRows } from './training/calibrate.ts';
export type { Calibration } from './training/calibration.ts';
export { readCalibration } from './training/calibration.ts';
export type { CrossValidated } from './training/cross-validate.ts';
export type { CrossValidation } from './training/cross-validate.ts';
export { crossValidate } from './training/cross-validate.ts';
export { evaluatePolicies } from './training/evaluate-policies.ts';
export type { EvaluationOptions } from './training/evaluate-policies.ts';
export type { PolicyEvaluation } from './training/evaluate-policies.ts';
export type { PolicyFigures } from './training/evaluate-policies.ts';
export { feasibility } from './training/feasibility.ts';
export type { Feasibility } from './training/feasibility.ts';
export { fitRouter } from './training/fit-router.ts';
export type { RouterTraining } from './training/fit-router.ts';
export type { TrainedRouter } from './training/fit-router.ts';
export type { LeftOutGroups } from './training/left-out-groups.ts';
export type { Costs } from './training/outcome-costs.ts';
export { costsOf } from './training/outcome-costs.ts';
export type { OutcomePrices } from './training/outcome-costs.ts';
export type { CalibrationReport } from './training/evaluate-calibration.ts';
export { evaluateCalibration } from './training/evaluate-calibration.ts';
export { exactGrader } from './training/graders.ts';
export type { Graded } from './training/graders.ts';
export type { Grader } from './training/graders.ts';
export { numericGrader } from './training/graders.ts';
export { judgeGrader } from './training/judge-grader.ts';
export type { LabelAgreement } from './training/label-agreement.ts';
export { labelAgreement } from './training/label-agreement.ts';
export type { LabelOutcome } from './training/label-rows.ts';
export type { LabelRow } from './training/label-rows.ts';
export { readLabelRows } from './training/label-rows.ts';
export type { ModelOutcome } from './training/outcome-log.ts';
export type { OutcomeLog } from './training/outcome-log.ts';
export type { OutcomeRow } from './training/outcome-log.ts';
export { baselinePolicies } from './training/policies.ts';
export { calibratedPolicy } from './training/policies.ts';
export { cascadePolicies } from './training/policies.ts';
export type { Policy } from './training/policies.ts';
export { weightsPolicy } from './training/policies.ts';
export { parseOutcomes } from './training/read-outcomes.ts';
export { readOutcomes } from './training/read-outcomes.ts';
export type { OutcomeSelection } from './training/read-outcomes.ts';
export { decideByWeights } from './training/router-decision.ts';
export type { RouterAim } from './training/router-decision.ts';
export type { WeightedDecision } from './training/router-decision.ts';
export { readRouterFile } from './training/router-file.ts';
export { writeRouterFile } from './training/router-file.ts';
export type { RouterWeights } from './training/router-weights.ts';
export type { RoutingAccuracy } from './training/routing-accuracy.ts';
export { routingAccuracy } from './training/routing-accuracy.ts';
export { refuseSeen } from './training/seen-rows.ts';
