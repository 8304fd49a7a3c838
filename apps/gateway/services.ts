import type { FileJournal, Journal } from '../../src/entries/runs.ts';
import type { Afterwork } from './afterwork.ts';
import type { Batches } from './batch/batches.ts';
import type { Catalogue } from './catalogue.ts';
import type { Metrics } from './metrics.ts';
import type { Observer } from './observe/observer.ts';
import type { Admission } from './policy/admission.ts';
import type { KeyBudgets } from './policy/key-budgets.ts';
import type { StateStore } from './state-store.ts';
import type { Studio } from './studio/studio.ts';
import type { ToolIds } from './wire/tool-ids.ts';
import type { HandOver } from './work/hand-over.ts';
import type { Repeats } from './work/repeats.ts';
import type { Runs } from './work/runs.ts';
import type { Lending } from './workers/lend-lines.ts';

/** What lives as long as the server. */
export interface Services {
  /** The catalogue in force. */
  catalogue(): Catalogue;
  readonly admission: Admission;
  readonly budgets: KeyBudgets;
  readonly metrics: Metrics;
  readonly afterwork: Afterwork;
  readonly ids: ToolIds;
  readonly state: StateStore;
  /** Where finished calls are kept for requests; on disk if the configuration says so. */
  readonly journal: Journal;
  /** Forgets a run that is kept on disk; false if none is. */
  readonly forgetRun: (runId: string) => Promise<boolean>;
  /** Keeps what readers thought of the answers of runs that are kept. */
  readonly rated: FileJournal;
  readonly repeats: Repeats;
  readonly runs: Runs;
  readonly handOver: HandOver;
  /** Looks on for a pattern, where one is observed. */
  readonly observer?: Observer;
  /** What the page is shown. */
  readonly studio: Studio;
  readonly batches: Batches;
  /** Hands lines of batches to workers, where they share the store. */
  readonly lending?: Lending;
  /** False from the moment the server is told to end. */
  isReady(): boolean;
}
