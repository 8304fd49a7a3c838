import type { Result, Router } from 'hono/router';
import { TrieRouter } from 'hono/router/trie-router';
import type { Route } from './exchange.ts';
import { getObserved } from './observe/get-observed.ts';
import { getCalibration } from './pairs/calibrate-pairs.ts';
import { askPairs, getPairLog, listPairs, ratePair } from './pairs/pair-routes.ts';
import { addBatch, cancelBatch, getBatch, listBatches } from './routes/batches.ts';
import { chatCompletions } from './routes/chat.ts';
import { compactResponse, countInput } from './routes/compact.ts';
import { textCompletions } from './routes/completions.ts';
import {
  addConversation,
  addItems,
  changeConversation,
  getConversation,
  getItem,
  listItems,
  removeConversation,
} from './routes/conversations.ts';
import { embeddings } from './routes/embeddings.ts';
import { sendFeedback } from './routes/feedback.ts';
import { addFile, getFile, getFileContent, listFiles, removeFile } from './routes/files.ts';
import {
  cancelResponse,
  getResponse,
  listInputItems,
  removeResponse,
} from './routes/kept-responses.ts';
import { getModel, listModels } from './routes/models.ts';
import { health, index, metrics, openapiRoute, ready } from './routes/operations.ts';
import { responses } from './routes/responses.ts';
import { routeDecision } from './routes/route.ts';
import { cancelRun, followRun, getRun, resumeRun, startRun, traceRun } from './routes/runs.ts';
import { examineMachine } from './studio/examine-machine.ts';
import { listRuns } from './studio/list-runs.ts';
import { followRuns } from './studio/live/follow-runs.ts';
import { listEgress, listSpend } from './studio/money-and-border.ts';
import { openSession, pageRoutes } from './studio/page-files.ts';
import { previewCall } from './studio/preview-call.ts';
import { replayRun } from './studio/replay-run.ts';
import { getRouterWords } from './studio/router-words.ts';
import { getCallContent, getDetails, listCalls } from './studio/run-details.ts';
import { getSentText } from './studio/sent-text.ts';
import { showMachine } from './studio/show-machine.ts';

/** Every route: this table is the server, and what its OpenAPI document is made of. */
export const routes: readonly Route[] = [
  chatCompletions,
  textCompletions,
  responses,
  compactResponse,
  countInput,
  getResponse,
  removeResponse,
  listInputItems,
  cancelResponse,
  addConversation,
  getConversation,
  changeConversation,
  removeConversation,
  listItems,
  addItems,
  getItem,
  listModels,
  getModel,
  addFile,
  listFiles,
  getFile,
  getFileContent,
  removeFile,
  addBatch,
  listBatches,
  getBatch,
  cancelBatch,
  embeddings,
  startRun,
  listRuns,
  getRun,
  getDetails,
  listCalls,
  getCallContent,
  followRun,
  followRuns,
  traceRun,
  resumeRun,
  cancelRun,
  routeDecision,
  getObserved,
  sendFeedback,
  previewCall,
  listEgress,
  getSentText,
  getRouterWords,
  replayRun,
  listSpend,
  listPairs,
  askPairs,
  ratePair,
  getPairLog,
  getCalibration,
  showMachine,
  examineMachine,
  openSession,
  ...pageRoutes,
  index(() => routes),
  health,
  ready,
  metrics,
  openapiRoute(() => routes),
];

/** Finds what serves a path: by one look where the path has no parameters, as most have. */
export class PathRouter<T> implements Router<T> {
  readonly name = 'PathRouter';
  readonly #whole = new Map<string, Result<T>>();
  readonly #others = new TrieRouter<T>();

  add(method: string, path: string, handler: T): void {
    // Each path has one handler, for all methods.
    if (/[:*{]/.test(path)) this.#others.add(method, path, handler);
    else this.#whole.set(path, [[[handler, {}]]]);
  }

  match(method: string, path: string): Result<T> {
    return this.#whole.get(path) ?? this.#others.match(method, path);
  }
}
