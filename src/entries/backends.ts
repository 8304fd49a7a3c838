export type { BreakerPolicy, BudgetLimits, LocalPrice, Price } from '../model/run/limits.ts';
/** Model servers and clouds: clients of their own, probes, discovery, diagnosis and prices. */

export type { ModelSpeed } from '../algorithms/fit-speed.ts';
export type { TokenCounter } from '../algorithms/text/chunk-by-tokens.ts';
export { beyondIn, parseJson } from '../algorithms/text/written/bounded-json.ts';
export { type AzureOptions, azure } from '../backends/azure/azure.ts';
export type { CloudReport } from '../backends/backend.ts';
export { pullerOf } from '../backends/backends.ts';
export type { Advice } from '../backends/diagnosis/advise-on.ts';
export {
  type CapabilityCache,
  type KnownModel,
  openCapabilityCache,
} from '../backends/diagnosis/capability-cache.ts';
export {
  type DiagnoseOptions,
  type Diagnosis,
  diagnose,
  type ModelReport,
  type ServerReport,
} from '../backends/diagnosis/diagnose.ts';
export {
  type Candidate,
  discoverLocal,
  discoverServers,
  type FoundServer,
} from '../backends/diagnosis/discover.ts';
export {
  type Probe,
  type ProbeOptions,
  probeModel,
  type Speed,
} from '../backends/diagnosis/probe.ts';
export type {
  EngineBinary,
  EngineReport,
  ModelFileReport,
} from '../backends/llama-cpp/inspect-engine.ts';
export { type LlamaCppOptions, llamaCpp } from '../backends/llama-cpp/llama-cpp.ts';
export {
  type ModelFileOptions,
  modelFile as fetchModelFile,
} from '../backends/llama-cpp/model-file.ts';
export { type FoundryLocalOptions, foundryLocal } from '../backends/local-servers/foundry-local.ts';
export { askPlace } from '../backends/local-servers/place-told.ts';
export { type OllamaOptions, ollama } from '../backends/ollama/ollama.ts';
export type { PullOptions } from '../backends/ollama/pull-model.ts';
export {
  type OpenAICompatibleOptions,
  openaiCompatible,
} from '../backends/openai/openai-compatible.ts';
export {
  pricesAddress,
  recallPrices,
  type UpdateOptions,
  updatePrices,
} from '../backends/prices/update-prices.ts';
export { type RoleSpec, rolesFromEnvironment } from '../backends/roles.ts';
export { askServer, placedByServer, servedEmbedding } from '../backends/served-embedder.ts';
export { isLocalEndpoint } from '../backends/settings.ts';
export { loadTokenCounter } from '../documents/load-token-counter.ts';
export { answerCollector, lateWarningsOf } from '../model/answer.ts';
export { type FetchGuard, guardedFetch } from '../model/guarded-fetch.ts';
export type { SharedBudget } from '../model/leaf/cost/budget.ts';
export {
  type CatalogueState,
  catalogueState,
  listedModels,
  pricesAsOf,
} from '../model/leaf/cost/catalogue.ts';
export type { Listing, ListPrice } from '../model/leaf/cost/catalogue-row.ts';
export { costOf, type PriceByModel, priceOf } from '../model/leaf/cost/prices.ts';
export { type FailureKind, failureKinds, failureOf } from '../model/leaf/failure.ts';
export {
  logprobMetadata,
  logprobsOf,
  type TokenLogprob,
  withLogprobs,
} from '../model/leaf/logprobs.ts';
export {
  type Capabilities,
  capabilitiesOf,
  type DraftSignal,
  noteCapabilities,
} from '../model/leaf/model/capabilities.ts';
export { placeOfHost } from '../model/leaf/model/host-place.ts';
export { askingPlace, placedAt, placeNow } from '../model/leaf/model/place.ts';
export { isForeign } from '../model/leaf/under-watch.ts';
export { isRefusal, takesFields, type Wishes, withWishes } from '../model/leaf/wishes.ts';
export { callInput } from '../model/leaf/written-input.ts';
export {
  type Delegation,
  foreseenBy,
  judgedBy,
  type Settled,
} from '../model/pattern/define-pattern.ts';
export { askEmbedding } from '../model/pattern/embedding.ts';
export type { Scheme, SpecSettings } from '../model/spec.ts';
export type { Extract, WorkerTask } from '../model/task.ts';
export {
  type PoolMember,
  type PoolOptions,
  pool,
  poolMembersOf,
} from '../patterns/pool/pool.ts';
export type { MemberState } from '../patterns/pool/pool-queue.ts';
