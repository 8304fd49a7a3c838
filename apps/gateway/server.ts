import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { pino } from 'pino';
import {
  type FileJournal,
  isStoreAddress,
  type JournalOptions,
  pruneOld,
  type Retention,
} from '../../src/entries/runs.ts';
import { openJournal, TandemError } from '../../src/index.ts';
import { type Afterwork, openAfterwork } from './afterwork.ts';
import type { BatchAsker } from './batch/answer-line.ts';
import { type BatchFileOptions, type BatchReport, workThroughFile } from './batch/batch-file.ts';
import { openBatches } from './batch/batches.ts';
import { type Catalogue, openCatalogue, type Workspace } from './catalogue.ts';
import { gatewayApp } from './gateway.ts';
import { openMetrics } from './metrics.ts';
import type { ObservedReport } from './observe/observed-report.ts';
import { openObserver, patternNamed } from './observe/observer.ts';
import { openAdmission } from './policy/admission.ts';
import { openKeyBudgets } from './policy/key-budgets.ts';
import { readableLine } from './readable-lines.ts';
import type { Services } from './services.ts';
import { type GatewaySettings, isLoopback, requireKeys } from './settings.ts';
import { openState } from './state-store.ts';
import type { Examine } from './studio/examine-machine.ts';
import { openStudio, type Studio } from './studio/studio.ts';
import { toolIds } from './wire/tool-ids.ts';
import { openHandOver } from './work/hand-over.ts';
import { recentAnswers } from './work/recent-answers.ts';
import { openRepeats } from './work/repeats.ts';
import { openRuns } from './work/runs.ts';
import { type Handing, openWorkers } from './workers/ask-workers.ts';
import { openLending } from './workers/lend-lines.ts';
import { type WorkerOptions, workOnQueue } from './workers/run-worker.ts';

/** How a server is started. */
export interface ServerOptions {
  /** Reads configuration and models; called again at every reload. @throws TandemError */
  load(): Promise<Workspace>;
  /** Stand above the configuration's. */
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  /** The journal's file; absent if nothing is kept on disk. */
  readonly journal?:
    | (Pick<JournalOptions, 'key' | 'content' | 'leaseMs'> & { readonly path: string })
    | undefined;
  /** Where files and conversations are kept; stands above the configuration's `gateway.state`. */
  readonly state?: string;
  /**
   * How files and conversations that clients leave here lie on disk: encrypted by a pass phrase,
   * and with `hashes` not at all, but in memory. Default: as the journal's content.
   */
  readonly atRest?: { readonly key?: string; readonly content?: 'full' | 'hashes' } | undefined;
  /** The pattern that is observed; stands above the configuration's `gateway.observe`. */
  readonly observe?: string | undefined;
  /** How long runs, kept responses and the record of what left are kept. Default: for ever. */
  readonly retention?: Retention;
  /** Why the page has no journal to show: it says so on each screen. */
  readonly unreadable?: TandemError;
  /** Looks what this machine has and lacks, for the page. Default: the page says how to look. */
  readonly examine?: Examine;
  /** Serves the page over the journal alone, read only: nothing is asked. Default: false. */
  readonly studioAlone?: boolean;
  /**
   * Takes the lines of the log, one JSON document each. Default: stderr, a few at a time; in words
   * where that is a terminal.
   */
  readonly log?: { write(line: string): void } | undefined;
  readonly logLevel?: string | undefined;
}

/** A server that listens. */
export interface RunningServer {
  readonly url: string;
  /** The page: its address with the key, and one with a code that opens it once. */
  readonly studio: { readonly url: string; once(): string };
  readonly catalogue: () => Catalogue;
  /** What an observed pattern would have saved and risked; absent where none is observed. */
  observed(): ObservedReport | undefined;
  /**
   * Reads the configuration again; a wrong one changes nothing. Returns what is wrong with it, if
   * anything is.
   */
  reload(): Promise<TandemError | undefined>;
  /** Takes no more requests, lets those at work end for so many milliseconds, then ends them. */
  close(graceMs?: number): Promise<void>;
}

/** Starts a server. @throws TandemError */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  let catalogue = overruled(await openCatalogue(await options.load()), options);
  requireKeys(catalogue.settings);
  const { log, flush } = openLog(options);
  const afterwork = openAfterwork(error =>
    log.error({ error: (error as Error)?.name }, 'unforeseen'),
  );
  const opened = await openServices(() => catalogue, { ...options, afterwork });
  const app = gatewayApp(opened.services, log);
  const server = listening(app.fetch as never, catalogue.settings.limits);
  const address = await listen(server, catalogue.settings);
  log.info({ url: address, models: [...catalogue.served.keys()] }, 'listening');
  const { door } = opened.services.studio;
  await opened.services.batches.resume();
  if (options.journal && !options.studioAlone) opened.services.handOver.begin();
  return {
    url: address,
    studio: { url: door.address(address), once: () => door.once(address) },
    catalogue: () => catalogue,
    observed: () => opened.services.observer?.report(),
    async reload() {
      try {
        const next = overruled(await openCatalogue(await options.load()), options);
        requireKeys(next.settings);
        catalogue = next;
        opened.services.metrics.countReload(true);
        log.info({ models: [...next.served.keys()] }, 'configuration read again');
        return undefined;
      } catch (error) {
        if (!TandemError.isInstance(error)) throw error;
        opened.services.metrics.countReload(false);
        log.error(
          { code: error.code, problem: error.message },
          'the new configuration is wrong: the old one stays',
        );
        return error;
      }
    },
    async close(graceMs = 30_000) {
      opened.end();
      await closeServer(server, graceMs);
      await opened.dispose();
      log.info('ended');
      flush();
    },
  };
}

/** How a file of requests is worked through, and with which models. */
export interface BatchRunOptions extends BatchFileOptions {
  /** @throws TandemError */
  load(): Promise<Workspace>;
  readonly journal: NonNullable<ServerOptions['journal']>;
  /** Hands lines to workers that have all of these. Default: this process answers them. */
  readonly needs?: readonly string[] | undefined;
  readonly onUnfit?: Handing['onUnfit'];
}

/** Works through a file of requests, without a server. @throws TandemError */
export async function runBatchFile(options: BatchRunOptions): Promise<BatchReport> {
  const { needs, journal, retriesFailed: isAgain, onUnfit } = options;
  await using workers = needs && (await openWorkers({ ...journal, needs, isAgain, onUnfit }));
  // Awaited, so that the workers are not let go of before.
  return await withoutServer(options, asker => workThroughFile(asker, { ...options, workers }));
}

/** Takes lines from the queue until it is to end; says how many. @throws TandemError */
export async function runWorker(
  options: Pick<BatchRunOptions, 'load' | 'journal'> & Omit<WorkerOptions, 'path' | 'key'>,
): Promise<number> {
  return withoutServer(options, asker => workOnQueue(asker, { ...options, ...options.journal }));
}

async function withoutServer<T>(
  options: Pick<BatchRunOptions, 'load' | 'journal'>,
  work: (asker: Pick<BatchAsker, 'services' | 'catalogue' | 'caller'>) => Promise<T>,
): Promise<T> {
  const catalogue = await openCatalogue(await options.load());
  const { settings } = catalogue;
  const afterwork = openAfterwork(() => {});
  // What clients leave at a server is none of a batch's business.
  const own = { ...catalogue, settings: { ...settings, state: ':memory:' } };
  const { services, end, dispose } = await openServices(() => own, { ...options, afterwork });
  try {
    const caller = { name: 'batch', key: undefined };
    return await work({ services, catalogue: own, caller });
  } finally {
    end();
    await dispose();
  }
}

const logEveryMs = 250;
const mostLines = 64;

function openLog({ log, logLevel = 'info' }: ServerOptions) {
  const settings = { level: logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  if (log) return { log: pino(settings, log), flush: () => {} };
  const lines = bufferedLines(process.stderr);
  const said = process.stderr.isTTY
    ? { write: (line: string) => lines.write(readableLine(line)) }
    : lines;
  const timer = setInterval(lines.flush, logEveryMs).unref();
  const flush = () => {
    clearInterval(timer);
    lines.flush();
  };
  return { log: pino(settings, said), flush };
}

// JSON lets them stand, and a terminal obeys them.
const highControls = /[\u007f-\u009f]/g;

// A line written by itself would cost the request that it tells of a system call. pino's own buffer
// measures each line.
function bufferedLines(stream: NodeJS.WritableStream) {
  let lines: string[] = [];
  const flush = () => {
    if (lines.length === 0) return;
    stream.write(lines.join('').replace(highControls, '\ufffd'));
    lines = [];
  };
  return {
    write(line: string) {
      if (lines.push(line) >= mostLines) flush();
    },
    flush,
  };
}

// What is bound cannot change while the server listens.
function overruled(catalogue: Catalogue, { host, port, observe }: ServerOptions): Catalogue {
  const settings = {
    ...catalogue.settings,
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port }),
    ...(observe !== undefined && { observe }),
  };
  if (settings.observe !== undefined) patternNamed(catalogue, settings.observe);
  return { ...catalogue, settings };
}

interface ServiceOptions
  extends Pick<ServerOptions, 'journal' | 'atRest' | 'retention' | 'state' | PageOption> {
  readonly afterwork: Afterwork;
}

async function openServices(catalogue: () => Catalogue, options: ServiceOptions) {
  const { journal, atRest = journal, afterwork, retention = {} } = options;
  const { settings } = catalogue();
  const shared = await openShared(options.state ?? settings.state, atRest);
  const kept = journal && openJournal({ ...journal, sync: settings.journalSync });
  // What a long run has finished is never paid twice: its records do not lag.
  const runJournal = openJournal(journal ?? { path: ':memory:' });
  const pruning = pruningEveryHour([shared.state, runJournal], retention);
  const limits = () => catalogue().settings.limits;
  let isReady = true;
  const services: Omit<Services, 'batches' | 'handOver'> = {
    catalogue,
    admission: openAdmission(limits, () => performance.now()),
    budgets: openKeyBudgets(shared.state.accounts, () => Date.now()),
    metrics: openMetrics(),
    afterwork,
    ids: toolIds(shared.state.secret, () => catalogue().speakers),
    ...shared,
    journal: kept ?? recentAnswers(() => performance.now()),
    forgetRun: id => forgottenIn([kept?.store, services.runs], id),
    rated: kept ?? runJournal,
    ...observing(catalogue),
    repeats: openRepeats(() => performance.now()),
    runs: openRuns(runJournal, () => limits().runs, journal !== undefined),
    studio: studioOf(settings, kept, options),
    isReady: () => isReady,
  };
  const handOver = openHandOver(() => all, journal?.leaseMs);
  const all: Services = { ...services, batches: openBatches(() => all), handOver };
  return {
    services: all,
    end() {
      isReady = false;
      services.studio.live.close();
    },
    async dispose() {
      clearInterval(pruning);
      await all.handOver.close();
      await all.batches.close();
      await services.runs.close();
      afterwork.flush();
      await runJournal[Symbol.asyncDispose]();
      await kept?.[Symbol.asyncDispose]();
      await shared.state[Symbol.asyncDispose]();
    },
  };
}

async function openShared(path: string, atRest: ServerOptions['atRest']) {
  const state = await openState(path, atRest);
  // Where content is not kept, none lies in a queue.
  if (!isStoreAddress(path) || atRest?.content === 'hashes') return { state };
  const lending = openLending({ path, key: atRest?.key });
  const close = async () => {
    await lending[Symbol.asyncDispose]();
    await state[Symbol.asyncDispose]();
  };
  return { state: { ...state, [Symbol.asyncDispose]: close }, lending };
}

function observing(catalogue: () => Catalogue): Pick<Services, 'observer'> {
  const { observe: name } = catalogue().settings;
  return name === undefined
    ? {}
    : { observer: openObserver(name, () => patternNamed(catalogue(), name)) };
}

// A run that a request left, and one that went on without its client.
async function forgottenIn(places: readonly (Forgetful | undefined)[], id: string) {
  let isGone = false;
  for (const place of places) isGone = (await place?.forget(id)) || isGone;
  return isGone;
}

interface Forgetful {
  forget(runId: string): Promise<boolean>;
}

type PageOption = 'studioAlone' | 'examine' | 'unreadable';

// Who else is let in has a key of the configuration, which opens the page too.
function studioOf(
  settings: GatewaySettings,
  journal: FileJournal | undefined,
  options: Pick<ServerOptions, 'journal' | PageOption>,
): Studio {
  return openStudio({
    journal,
    content: options.journal?.content,
    isAlone: options.studioAlone === true,
    hasOwnKey: isLoopback(settings.host),
    examine: options.examine,
    unreadable: options.unreadable,
  });
}

const hourMs = 60 * 60 * 1000;

// A store that cannot be pruned now is pruned an hour later.
function pruningEveryHour(
  stores: readonly Parameters<typeof pruneOld>[0][],
  retention: Retention,
): NodeJS.Timeout {
  const prune = () => {
    for (const store of stores) pruneOld(store, retention).catch(() => {});
  };
  prune();
  return setInterval(prune, hourMs).unref();
}

function listening(
  fetch: Parameters<typeof getRequestListener>[0],
  limits: GatewaySettings['limits'],
): Server {
  const { headerBytes, headersMs, requestMs } = limits;
  const server = createServer(
    {
      maxHeaderSize: headerBytes,
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 2000,
      // The application answers for a missing host itself.
      requireHostHeader: false,
    },
    getRequestListener(fetch, { hostname: 'unnamed' }),
  );
  server.maxConnections = 4096;
  return server;
}

async function listen(server: Server, { host, port }: GatewaySettings): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', error => reject(notListening(error as NodeJS.ErrnoException, host, port)));
    server.listen(port, host, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  const name = host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${bound}`;
}

async function closeServer(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>(resolve => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  // A connection becomes idle when its answer has ended.
  const idle = setInterval(() => server.closeIdleConnections(), 50);
  await closed;
  clearTimeout(timer);
  clearInterval(idle);
}

function notListening(error: NodeJS.ErrnoException, host: string, port: number): TandemError {
  const why = error.code === 'EADDRINUSE' ? 'is in use' : `cannot be used (${error.code})`;
  const message = `The address ${host}:${port} ${why}. Choose another with \`--port\`.`;
  return new TandemError('invalid_argument', message, { cause: error, data: { host, port } });
}
