import type { Route } from './exchange.ts';
import { chatCompletions } from './routes/chat.ts';
import { embeddings } from './routes/embeddings.ts';
import { addFile, getFile, getFileContent, listFiles, removeFile } from './routes/files.ts';
import { getModel, listModels } from './routes/models.ts';
import { health, metrics, openapiRoute, ready } from './routes/operations.ts';
import { getResponse, removeResponse, responses } from './routes/responses.ts';
import { routeDecision } from './routes/route.ts';
import { cancelRun, followRun, getRun, resumeRun, startRun, traceRun } from './routes/runs.ts';

/** Every route: this table is the server, and what its OpenAPI document is made of. */
export const routes: readonly Route[] = [
  chatCompletions,
  responses,
  getResponse,
  removeResponse,
  listModels,
  getModel,
  addFile,
  listFiles,
  getFile,
  getFileContent,
  removeFile,
  embeddings,
  startRun,
  getRun,
  followRun,
  traceRun,
  resumeRun,
  cancelRun,
  routeDecision,
  health,
  ready,
  metrics,
  openapiRoute(() => routes),
];
