/** Tandem's gateway: models and patterns behind an OpenAI-compatible interface. */

export { type GatewayBatch, readBatches } from './batch/read-batches.ts';
export type { Workspace } from './catalogue.ts';
export { newKey } from './policy/keys.ts';
export {
  type BatchRunOptions,
  type RunningServer,
  runBatchFile,
  runWorker,
  type ServerOptions,
  startServer,
} from './server.ts';
export { listWorkers, type WorkerRow } from './workers/worker-registry.ts';
