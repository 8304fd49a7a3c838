/**
 * The names that a program needs first; other audiences have entries of their own in src/entries.
 */
export { notConfigured } from './backends/none.ts';
export type { TandemProvider } from './config/provider.ts';
export { documentCall } from './documents/document-call.ts';
export { extractive } from './documents/extractive.ts';
export { loadDocument } from './documents/formats/load-document.ts';
export { loadDocuments } from './documents/formats/load-documents.ts';
export { textAnswer, textOf, userCall } from './model/answer.ts';
export { type ErrorCode, errorCodes, TandemError } from './model/errors.ts';
export { inCloud, onDevice, placeOf } from './model/leaf/model/place.ts';
export { limit } from './model/limit.ts';
export type { Ask } from './model/pattern/ask.ts';
export {
  definePattern,
  delegate,
  type Outcome,
  type PatternDefinition,
  settle,
} from './model/pattern/define-pattern.ts';
export { direct } from './model/pattern/direct.ts';
export { type Embedder, embedderOf } from './model/pattern/embedding.ts';
export { type Label, labels } from './model/run/labels.ts';
export { type PrivacyMode, privacyModes } from './model/run/ports.ts';
export type { RunOptions } from './model/run/scope.ts';
export { run } from './model/run/scope-life.ts';
export { type Coverage, type Summary, summaryOf } from './model/run/summary.ts';
export type { ModelFactory } from './model/spec.ts';
export type { Answer, Call, LanguageModel, StreamPart, Usage } from './model/types.ts';
export { wrap } from './model/wrap.ts';
export { auto } from './patterns/auto/auto.ts';
export type { AutoOptions } from './patterns/auto/options.ts';
export { calibratedGate } from './patterns/cascade/calibrated.ts';
export { cascade } from './patterns/cascade/cascade.ts';
export { defaultGate } from './patterns/cascade/default-gate.ts';
export type { Draft, Gate, Verdict } from './patterns/cascade/gate.ts';
export type {
  AgreementOptions,
  BySignalOptions,
  CheckOptions,
  CitedOptions,
  ConfidentOptions,
} from './patterns/cascade/gate-options.ts';
export { agreement } from './patterns/cascade/gates/agreement.ts';
export { bySignal } from './patterns/cascade/gates/by-signal.ts';
export { cited } from './patterns/cascade/gates/cited.ts';
export { all, any, firstKnown, greyBand, not } from './patterns/cascade/gates/combine.ts';
export { complete } from './patterns/cascade/gates/complete.ts';
export { confident } from './patterns/cascade/gates/confident.ts';
export { onTopic } from './patterns/cascade/gates/on-topic.ts';
export { retrieval } from './patterns/cascade/gates/retrieval.ts';
export { judge, selfCheck } from './patterns/cascade/gates/self-check.ts';
export { selfReport } from './patterns/cascade/gates/self-report.ts';
export {
  matchesPattern,
  matchesSchema,
  type StandardSchema,
  validator,
  wellShaped,
} from './patterns/cascade/gates/validator.ts';
export type { CascadeOptions } from './patterns/cascade/options.ts';
export { chain } from './patterns/chain/chain.ts';
export type { ChainOptions } from './patterns/chain/options.ts';
export { maker } from './patterns/maker/maker.ts';
export type { MakerOptions } from './patterns/maker/options.ts';
export { minions } from './patterns/minions/minions.ts';
export type { MinionsOptions } from './patterns/minions/options.ts';
export { type JobPlan, plainPlan } from './patterns/minions/plan.ts';
export type { RouteDecision } from './patterns/router/decide.ts';
export { handScorer } from './patterns/router/hand-scorer.ts';
export { knnScorer } from './patterns/router/knn-scorer.ts';
export { llmScorer } from './patterns/router/llm-scorer.ts';
export type { RouterOptions } from './patterns/router/options.ts';
export { decideRoute, router } from './patterns/router/router.ts';
export {
  code,
  labelled,
  longerThan,
  media,
  type Rule,
  scriptOtherThan,
} from './patterns/router/rules.ts';
export type { Scorer } from './patterns/router/scorer.ts';
export { trainedScorer } from './patterns/router/trained-scorer.ts';
export type { ShadowOptions } from './patterns/shadow/options.ts';
export { shadow } from './patterns/shadow/shadow.ts';
export { personalDataMasker } from './privacy/personal-data-masker.ts';
export { advise } from './registry/advise.ts';
export { type Config, defineConfig } from './registry/config.ts';
export { createTandem, loadTandem, type TandemOptions } from './registry/create-tandem.ts';
export { model } from './registry/model.ts';
export { openJournal } from './runs/journal.ts';
export type { Place } from './trace/span.ts';
