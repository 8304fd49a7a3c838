import { existsSync, type FSWatcher, watch } from 'node:fs';
import { basename, resolve } from 'node:path';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import * as z from 'zod';
import type { Retention, RunStore } from '../../../src/entries/runs.ts';
import type { PrivacyMode, TandemError } from '../../../src/index.ts';
import { type Command, type Invocation, wrongUse } from '../command.ts';
import { journalOption } from '../journal.ts';
import { namedStore, stateGiven, storeGiven } from '../named-store.ts';
import { openBrowser } from '../studio/open-browser.ts';
import { openWorkspace, readConfig, type Workspace } from '../workspace.ts';
import { type Examined, examineForPage } from './doctor.ts';

/** The gateway as the command line knows it; whoever starts the command line joins the two. */
export interface GatewayApplication {
  startServer(options: {
    load(): Promise<Workspace>;
    readonly host?: string | undefined;
    readonly port?: number | undefined;
    readonly journal?:
      | { readonly path: string; readonly key?: string; readonly content?: 'full' | 'hashes' }
      | undefined;
    readonly atRest?: { readonly key?: string; readonly content?: 'full' | 'hashes' } | undefined;
    readonly retention?: Retention;
    readonly studioAlone?: boolean;
    readonly observe?: string | undefined;
    readonly logLevel?: string | undefined;
    /** Why there is no journal to show. */
    readonly unreadable?: TandemError;
    /** Looks what this machine has, for the page. */
    readonly examine?: () => Promise<Examined>;
  }): Promise<{
    readonly url: string;
    readonly studio: { readonly url: string; once(): string };
    catalogue(): {
      readonly served: ReadonlyMap<string, { readonly kind: string; readonly modelId: string }>;
    };
    observed(): { readonly said: readonly string[] } | undefined;
    reload(): Promise<TandemError | undefined>;
    close(graceMs?: number): Promise<void>;
  }>;
  newKey(): { readonly key: string; readonly hash: string };
  /** Works through a file of requests in this process. @throws TandemError */
  runBatchFile(options: BatchOptions): Promise<BatchReport>;
  /** Takes lines from the queue until it is to end; says how many. @throws TandemError */
  runWorker(options: {
    load(): Promise<Workspace>;
    readonly journal: BatchOptions['journal'];
    readonly lanes: number;
    readonly labels: readonly string[];
    readonly signal: AbortSignal;
    readonly graceMs: number;
    readonly onReady: (has: readonly string[]) => void;
    readonly onAway: (seconds: number, model: string) => void;
  }): Promise<number>;
  /** Lists who takes lines from the queue. */
  listWorkers(store: RunStore): Promise<
    readonly {
      readonly host: string;
      readonly pid: number;
      readonly lanes: number;
      readonly has: readonly string[];
      readonly active: number;
      readonly done: number;
      readonly seenAt: string;
    }[]
  >;
  /** Lists the batches that clients have sent to servers on a store. @throws TandemError */
  readBatches(source: {
    readonly folder: string;
    /** The `gateway` of the configuration. */
    readonly settings: unknown;
    /** Stands above the state of the settings. */
    readonly state?: string | undefined;
    readonly key?: string | undefined;
  }): Promise<readonly ListedBatch[]>;
}

/** A batch of a server. */
export interface ListedBatch {
  readonly id: string;
  /** The key of the client that has sent it. */
  readonly owner: string;
  readonly status: string;
  readonly endpoint: string;
  /** Seconds since 1970. */
  readonly created_at: number;
  readonly request_counts: {
    readonly total: number;
    readonly completed: number;
    readonly failed: number;
  };
}

/** How `tandem batch` asks the gateway's code to work through a file. */
export interface BatchOptions {
  load(): Promise<Workspace>;
  readonly journal: {
    readonly path: string;
    readonly key?: string;
    readonly content?: 'full' | 'hashes';
    readonly leaseMs?: number;
  };
  readonly input: string;
  readonly output: string;
  readonly controls: { readonly mode?: PrivacyMode; readonly mask?: boolean };
  readonly model: string | undefined;
  readonly lanes: number;
  readonly perMinute: number | undefined;
  readonly budgetUsd: number | undefined;
  /** Hands lines to workers that have all of these. */
  readonly needs: readonly string[] | undefined;
  readonly onUnfit: (needs: readonly string[]) => void;
  readonly retriesFailed: boolean;
  readonly takesChanges: boolean;
  readonly overwrites: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: BatchProgress) => void;
}

/** How far a batch is. */
export interface BatchProgress {
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly kept: number;
  readonly costUsd: number;
}

/** What became of a batch. */
export interface BatchReport extends BatchProgress {
  readonly ending: 'written' | 'interrupted' | 'budget spent';
  readonly partFile: string | undefined;
}

const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;

/** `tandem serve`: every model and pattern behind an OpenAI-compatible interface. */
export const serve: Command = {
  name: 'serve',
  summary: 'Serve models and patterns to any OpenAI client.',
  usage: '[options]',
  options: {
    config: {
      type: 'string',
      value: 'FILE',
      help: 'configuration (default: tandem.config.ts, .yaml or .json here)',
    },
    host: {
      type: 'string',
      value: 'HOST',
      help: 'where to listen (default: 127.0.0.1; elsewhere keys are demanded)',
    },
    port: {
      type: 'string',
      value: 'PORT',
      help: 'default: 4114; 0 takes any free one',
      schema: z.number().int().min(0).max(65_535).optional(),
    },
    local: { type: 'string', value: 'SPEC', help: 'the local model, such as ollama:phi4-mini' },
    cloud: { type: 'string', value: 'SPEC', help: 'the cloud model, such as azure:gpt-4.1' },
    observe: {
      type: 'string',
      value: 'PATTERN',
      help: 'work out beside each answer what this pattern would have saved and risked',
    },
    keep: {
      type: 'boolean',
      help: 'keep runs in the journal, so that they can be shown and resumed',
    },
    ...journalOption,
    open: { type: 'boolean', help: 'open the page in the browser' },
    'log-level': {
      type: 'string',
      value: 'LEVEL',
      help: 'debug, info, warn, error or silent',
      schema: z.enum(logLevels).default('info'),
    },
    'grace-seconds': {
      type: 'string',
      value: 'N',
      help: 'how long answers may go on after Ctrl-C',
      schema: z.number().int().min(0).max(86_400).default(30),
    },
  },
  examples: [
    [
      'tandem serve --local ollama:phi4-mini --cloud azure:gpt-4.1',
      'then: base URL http://127.0.0.1:4114/v1',
    ],
    ['tandem serve --keep --open', 'with its page, and what was asked kept for it'],
    ['tandem serve --observe support', 'others answer; `tandem observed` says what it would save'],
    ['tandem serve --host 0.0.0.0', 'for others, with the keys of the configuration'],
    ['kill -HUP PID', 'reads the configuration again; so does a change of its file'],
  ],
  run: runServe,
};

/** `tandem key NAME`: a key for the gateway. */
export const key: Command = {
  name: 'key',
  summary: 'Make a key for the gateway: shown once, kept as a hash in the configuration.',
  usage: 'NAME [options]',
  options: {},
  examples: [['tandem key website', 'prints the key, and the line for `gateway.keys`']],
  async run(invocation) {
    const { positionals, options, terminal } = invocation;
    const [name, ...more] = positionals;
    if (name === undefined || more.length > 0)
      throw wrongUse('One name is needed.', 'Write `tandem key NAME`.');
    const { newKey } = await loadGateway(invocation);
    const made = newKey();
    const line = JSON.stringify({ name, hash: made.hash });
    if (options.json) terminal.out(`${JSON.stringify({ name, ...made })}\n`);
    else
      terminal.out(
        `key   ${made.key}\nkeep  ${line}   (in \`gateway.keys\` of the configuration)\n`,
      );
    return 0;
  },
};

async function runServe(invocation: Invocation): Promise<number> {
  const { options, terminal } = invocation;
  stayYoung();
  const { startServer } = await loadGateway(invocation);
  const server = await startServer({
    load: loader(invocation),
    host: options.host as string | undefined,
    port: options.port as number | undefined,
    observe: options.observe as string | undefined,
    ...(await keptBy(invocation)),
    examine: () => examineForPage(invocation),
    logLevel: options['log-level'] as string,
  });
  const models = [...server.catalogue().served].map(([name, { kind, modelId }]) => ({
    name,
    kind,
    modelId,
  }));
  const studio = server.studio.url;
  if (options.json) terminal.out(`${JSON.stringify({ url: server.url, models, studio })}\n`);
  else {
    terminal.out(
      `${server.url}/v1 serves ` +
        `${models.map(({ name }) => terminal.style.accent(name)).join(', ')}\n` +
        `${terminal.style.accent(studio)} shows what they do\n`,
    );
  }
  if (options.open && !(await openBrowser(server.studio.once())))
    terminal.note('No browser could be opened. Open the address of the page yourself.');
  const stopBounding = boundingNursery();
  const stopWatching = reloading(invocation, () => void server.reload());
  await ending(invocation.signal);
  stopWatching();
  stopBounding();
  await server.close((options['grace-seconds'] as number) * 1000);
  for (const line of server.observed()?.said ?? []) terminal.note(line);
  return 0;
}

// Nobody is asked while a server is at work: a changed file is refused unless it is trusted.
function loader(invocation: Invocation): () => Promise<Workspace> {
  let isFirst = true;
  return () => {
    const { terminal } = invocation;
    const asked = isFirst ? terminal : { ...terminal, isInteractive: false };
    isFirst = false;
    return openWorkspace({ ...invocation, terminal: asked });
  };
}

/** Loads the gateway. @throws TandemError where the command line is embedded */
export function loadGateway({ gateway }: Invocation): Promise<GatewayApplication> {
  if (gateway) return gateway();
  throw wrongUse('There is no gateway here.', 'Start the command line by `tandem`.');
}

// Read as `tandem ask` reads them: a flag, the environment, the configuration.
async function keptBy(invocation: Invocation) {
  const { options, env } = invocation;
  const config = await readConfig(invocation);
  const { journal: configured = {} } = config;
  const { TANDEM_JOURNAL_KEY: secret } = env;
  const atRest = {
    ...(secret !== undefined && { key: secret }),
    ...(configured.content && { content: configured.content }),
  };
  const state = stateGiven(invocation, config);
  const { leaseMs, keepDays, keepEgressDays } = configured;
  const retention = { keepDays, keepEgressDays };
  const where = { atRest, retention, ...(state !== undefined && { state }) };
  if (storeGiven(invocation) === undefined && options.keep !== true && configured.keep !== true)
    return where;
  const path = namedStore(invocation, config);
  return {
    ...where,
    journal: { path, ...atRest, ...(leaseMs !== undefined && { leaseMs }) },
  };
}

/** Waits until the command is told to end. */
export function ending(signal: AbortSignal): Promise<void> {
  return new Promise(done => {
    const end = () => done();
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
    process.once('SIGTERM', end);
  });
}

// While a server starts, everything that it makes stays. V8 concludes that what the same code makes
// for a request will stay too, and makes it in the old space, where it keeps the rest of its
// request from every short collection.
function stayYoung(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}

const nurseryBytes = 32 * 1024 * 1024;

// A server's garbage is young: a nursery larger than this buys nothing, and costs a hundred
// megabytes.
function boundingNursery(): () => void {
  const timer = setInterval(() => {
    const nursery = getHeapSpaceStatistics().find(space => space.space_name === 'new_space');
    // One that has shrunk may grow again.
    const isLarge = (nursery?.space_size ?? 0) >= nurseryBytes;
    setFlagsFromString(`--semi-space-growth-factor=${isLarge ? 1 : 2}`);
  }, 500).unref();
  return () => clearInterval(timer);
}

const settleMs = 100;

// Editors write a file in several steps: only when it rests is it read.
function reloading({ options, folder }: Invocation, reload: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(reload, settleMs);
  };
  process.on('SIGHUP', soon);
  const named = options.config as string | undefined;
  const watched = named === undefined ? folder : resolve(folder, named, '..');
  const isConfig = (name: string | null) =>
    name !== null &&
    (named === undefined ? name.startsWith('tandem.config.') : name === basename(named));
  let watcher: FSWatcher | undefined;
  if (existsSync(watched)) {
    watcher = watch(watched, { persistent: false }, (_event, name) => {
      if (isConfig(name)) soon();
    });
  }
  return () => {
    clearTimeout(timer);
    process.off('SIGHUP', soon);
    watcher?.close();
  };
}
