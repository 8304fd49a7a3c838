/** Every public name of Tandem, by hand; and the one table of patterns and schemes. */
import { azureAiScheme, azureScheme } from './backends/azure.ts';
import { modelFactory } from './backends/model-factory.ts';
import { noneScheme } from './backends/none.ts';
import { ollamaScheme } from './backends/ollama.ts';
import { openaiCompatibleScheme, openaiScheme } from './backends/openai-compatible.ts';
import { extractiveScheme } from './documents/extractive.ts';
import type { PatternEntry } from './model/pattern-entry.ts';
import type { ModelFactory, Scheme } from './model/spec.ts';
import { cascadeEntry } from './patterns/cascade/entry.ts';
import { chainEntry } from './patterns/chain/entry.ts';
import { makerEntry } from './patterns/maker/entry.ts';
import { minionsEntry } from './patterns/minions/entry.ts';
import { routerEntry } from './patterns/router/entry.ts';
import { shadowEntry } from './patterns/shadow/entry.ts';
import { tinyScheme } from './testing/tiny/tiny-scheme.ts';

/** Every pattern by name; a new one is one line here. */
export const patternByName: Readonly<Record<string, PatternEntry>> = {
  cascade: cascadeEntry,
  router: routerEntry,
  maker: makerEntry,
  minions: minionsEntry,
  chain: chainEntry,
  shadow: shadowEntry,
};

/** Every backend scheme. */
export const schemes: readonly Scheme[] = [
  ollamaScheme,
  openaiCompatibleScheme,
  openaiScheme,
  azureScheme,
  azureAiScheme,
  extractiveScheme,
  tinyScheme,
  noneScheme,
];

/** Makes a model from a spec such as `ollama:phi4-mini` or `azure:gpt-4.1`. @throws TandemError */
export const model: ModelFactory = modelFactory(schemes);

export { nearest } from './algorithms/nearest.ts';
export { type AzureOptions, azure } from './backends/azure.ts';
export { notConfigured } from './backends/none.ts';
export { type OllamaOptions, ollama } from './backends/ollama.ts';
export { type OpenAICompatibleOptions, openaiCompatible } from './backends/openai-compatible.ts';
export { rolesFromEnvironment } from './backends/roles.ts';
export { type Config, defineConfig } from './config/config.ts';
export { loadConfig } from './config/load-config.ts';
export { type ListedModel, type ResolvedConfig, resolveConfig } from './config/resolve-config.ts';
export type { Document } from './documents/document.ts';
export { documentCall, type NamedText } from './documents/document-call.ts';
export { extractive } from './documents/extractive.ts';
export { loadDocument } from './documents/load-document.ts';
export { answerCollector, textAnswer, textOf, userCall } from './model/answer.ts';
export type { Ask } from './model/ask.ts';
export { definePattern, type PatternDefinition } from './model/define-pattern.ts';
export { direct } from './model/direct.ts';
export { type ErrorCode, errorCodes, TandemError } from './model/errors.ts';
export { type Label, labels } from './model/labels.ts';
export { limit } from './model/limit.ts';
export { logprobsOf, type TokenLogprob, withLogprobs } from './model/logprobs.ts';
export { type HandOff, handOff, type Outcome, type Settled, settle } from './model/outcome.ts';
export type { PatternEntry, Roles } from './model/pattern-entry.ts';
export { inCloud, onDevice, placeOf } from './model/place.ts';
export {
  type Clock,
  type Crossing,
  type Decision,
  type Guard,
  type Journal,
  type JournaledStep,
  type MaskedSpan,
  type Masker,
  type PrivacyMode,
  privacyModes,
  type ReadDocument,
  type RunEnd,
  type StepAddress,
} from './model/ports.ts';
export type { RetryPolicy, RunOptions } from './model/scope.ts';
export { run } from './model/scope-life.ts';
export type { ModelFactory, Scheme, SpecSettings } from './model/spec.ts';
export { type About, type Coverage, type Summary, summaryOf, type Withheld } from './model/summary.ts';
export type { Extract, Task as WorkerTask } from './model/task.ts';
export type { Answer, Call, LanguageModel, StreamPart, Usage } from './model/types.ts';
export { wrap } from './model/wrap.ts';
export { type CascadeOptions, cascade } from './patterns/cascade/cascade.ts';
export { defaultGate } from './patterns/cascade/default-gate.ts';
export type { Draft, Gate, Verdict } from './patterns/cascade/gate.ts';
export { agreement } from './patterns/cascade/gates/agreement.ts';
export { all, any, firstKnown, not } from './patterns/cascade/gates/combine.ts';
export { complete } from './patterns/cascade/gates/complete.ts';
export { confident } from './patterns/cascade/gates/confident.ts';
export { onTopic } from './patterns/cascade/gates/on-topic.ts';
export { retrieval } from './patterns/cascade/gates/retrieval.ts';
export { selfReport } from './patterns/cascade/gates/self-report.ts';
export { matchesSchema, validator } from './patterns/cascade/gates/validator.ts';
export { type ChainOptions, chain } from './patterns/chain/chain.ts';
export { type MakerOptions, maker } from './patterns/maker/maker.ts';
export type { Move, RedFlag, StepPrompt, Task } from './patterns/maker/task.ts';
export { type JobPlan, plainPlan } from './patterns/minions/jobs.ts';
export { type MinionsOptions, minions } from './patterns/minions/minions.ts';
export { handScorer } from './patterns/router/hand-scorer.ts';
export { type RouterOptions, router, type Scorer } from './patterns/router/router.ts';
export { type Comparison, type ShadowOptions, shadow } from './patterns/shadow/shadow.ts';
export { nameFinder } from './privacy/name-finder.ts';
export { type MaskerOptions, personalDataMasker } from './privacy/personal-data-masker.ts';
export { defaultJournalPath, type FileJournal, type JournalOptions, openJournal } from './runs/journal.ts';
export { type Ledger, type LedgerOptions, type LedgerStep, openLedger } from './runs/ledger.ts';
export type {
  ListedCrossing,
  RecordedCall,
  RecordedDecision,
  RecordedDocument,
  RunDetails,
  RunRow,
} from './runs/read-runs.ts';
export { costOf, type Price, type PriceByModel, priceOf, pricesAsOf } from './trace/prices.ts';
export { type FinishedRun, type MemorySink, memorySink, type Sink } from './trace/sink.ts';
export { leavesOf, type Place, type Span, type Usd } from './trace/span.ts';
