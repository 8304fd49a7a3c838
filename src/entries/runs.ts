/** Journals and stores of runs, documents that are kept, spans and sinks. */
export type { Document } from '../documents/document.ts';
export type { NamedText } from '../documents/document-call.ts';
export { parseDocuments } from '../documents/formats/attachments.ts';
export {
  eachDocument,
  type LoadedDocuments,
  type LoadingOptions,
  type OpenedFile,
} from '../documents/formats/load-documents.ts';
export {
  type DocumentTable,
  type FilledCell,
  fillTable,
  type TableOptions,
  type TableRow,
} from '../documents/table/fill-table.ts';
export type { CellEvidence, GridCell, TableQuestion } from '../documents/table/grid-cell.ts';
export { tableHtml } from '../documents/table/table-html.ts';
export { type TableTotals, tableCsv, tableTotals } from '../documents/table/write-table.ts';
export type {
  Exhausted,
  SharedAccount,
  SharedAccounts,
  SharedHold,
} from '../model/run/accounts.ts';
export type { Approval } from '../model/run/approval.ts';
export type { Allowance, RetryPolicy } from '../model/run/limits.ts';
export type {
  Clock,
  Decision,
  DocumentSource,
  EgressEvent,
  Guard,
  Journal,
  JournaledStep,
  KeptDocument,
  MaskedSpan,
  Masker,
  ReadDocument,
  ReadingProgress,
  RunBegin,
  RunEnd,
  RunJournal,
  StepAddress,
} from '../model/run/ports.ts';
export type { RunEvent, RunEventHead, RunHappening } from '../model/run/run-events.ts';
export { newRunId } from '../model/run/run-id.ts';
export { strictestLabel } from '../model/run/scope-life.ts';
export type {
  About,
  AnswerGrounding,
  AnswerQuality,
  PageCoverage,
  Withheld,
} from '../model/run/summary.ts';
export type { ServiceAddress } from '../privacy/finder-service.ts';
export { modelFinder } from '../privacy/model-finder.ts';
export { nameFinder } from '../privacy/name-finder.ts';
export type { PersonalDataFinder } from '../privacy/personal-data-finder.ts';
export type { MaskerOptions } from '../privacy/personal-data-masker.ts';
export { type PresidioOptions, presidioFinder } from '../privacy/presidio-finder.ts';
export { type TagFinderOptions, tagFinder } from '../privacy/tag-finder.ts';
export { type ContentCipher, contentCipher } from '../runs/content-cipher.ts';
export type { CopiedCounts, CopyTable } from '../runs/copy/copy-rows.ts';
export { copyStore } from '../runs/copy/copy-store.ts';
export {
  type DocumentStore,
  type DocumentStoreOptions,
  type ListedDocument,
  openDocumentStore,
} from '../runs/document-store.ts';
export type { StoreOptions, StorePassword } from '../runs/engine/store-engine.ts';
export { isStoreAddress, storeWithin, withoutPassword } from '../runs/engine/store-path.ts';
export type { FileJournal, JournalOptions } from '../runs/journal.ts';
export { type Beginning, type Lease, type Leases, openLeases } from '../runs/leases.ts';
export { defaultJournalPath, openSealed, openStore } from '../runs/open-store.ts';
export type { PruneOptions, Pruning } from '../runs/pruning.ts';
export { openRunQueue } from '../runs/queue/open-queue.ts';
export type {
  QueuedResult,
  QueuedRun,
  QueueProgress,
  QueueWork,
  RunQueue,
} from '../runs/queue/run-queue.ts';
export type { BesideHead, BesideRun, BesideRunKept, RunRating } from '../runs/ratings.ts';
export type {
  ListedEgressEvent,
  ListedRuns,
  RecordedAnswer,
  RecordedCall,
  RecordedDecision,
  RecordedDocument,
  RunDetails,
  RunRow,
} from '../runs/read-runs.ts';
export { pruneOld, type Retention } from '../runs/retention.ts';
export type { DayTotals, RunQuery } from '../runs/run-lists.ts';
export type { Kept, KeptHead, RunStore } from '../runs/store.ts';
export { openTelemetry, type TelemetryOptions } from '../telemetry/open-telemetry.ts';
export {
  type FinishedRun,
  joinSinks,
  type MemorySink,
  memorySink,
  type Sink,
} from '../trace/sink.ts';
export { leavesOf, type Span, type SpanDecision, type Usd } from '../trace/span.ts';
