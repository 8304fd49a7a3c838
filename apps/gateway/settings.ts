/** What a server is told beside its models: the section `gateway` of a configuration. */

import * as z from 'zod';
import { servedEmbedding } from '../../src/entries/backends.ts';
import { readOptions } from '../../src/entries/config.ts';
import { TandemError } from '../../src/index.ts';

/** What a key may be used for. */
export const scopes = [
  'chat',
  'embeddings',
  'files',
  'runs',
  'route',
  'options',
  'metrics',
  'studio',
  'content',
  'label',
] as const;
export type Scope = (typeof scopes)[number];

const key = z.strictObject({
  /** As the audit line and the metrics name it. */
  name: z
    .string()
    .regex(/^[\w.-]{1,64}$/)
    .meta({ is: '1 to 64 letters, digits, ".", "-" or "_"' }),
  /** As `tandem key` prints it: `sha256:` and the hash of the key. */
  hash: z
    .string()
    .regex(/^sha256:[\w-]{43}$/)
    .meta({ is: 'what `tandem key` prints: sha256:…' }),
  /** Default: all but `metrics`, and what the page shows: `studio`, `content`, `label`. */
  scopes: z.array(z.enum(scopes)).optional(),
  /** Models the key may ask. Default: all. */
  models: z.array(z.string()).optional(),
  requestsPerMinute: z.number().positive().optional(),
  budgetUsdPerDay: z.number().min(0).optional(),
});

const limits = z.strictObject({
  /** Of a JSON body. */
  bodyBytes: z
    .number()
    .int()
    .min(1024)
    .default(16 * 1024 * 1024),
  /** Of an uploaded file. */
  fileBytes: z
    .number()
    .int()
    .min(1024)
    .default(64 * 1024 * 1024),
  /** Of all files of a caller. */
  keptBytes: z
    .number()
    .int()
    .min(1024)
    .default(512 * 1024 * 1024),
  /** Of all headers of a request. */
  headerBytes: z
    .number()
    .int()
    .min(1024)
    .default(16 * 1024),
  /** Requests at work at the same time. */
  concurrency: z.number().int().min(1).default(256),
  /** Requests that may wait for their turn; more are answered 503. */
  waiting: z.number().int().min(0).default(256),
  /** Milliseconds a request waits for its turn. */
  waitMs: z.number().int().min(0).default(5000),
  /** Milliseconds in which headers, and a whole request, must have come. */
  headersMs: z.number().int().min(100).default(10_000),
  requestMs: z.number().int().min(100).default(60_000),
  /** Milliseconds an answer may take. */
  deadlineMs: z.number().int().min(1).default(600_000),
  /** Milliseconds a long run may take. */
  runDeadlineMs: z.number().int().min(1).default(86_400_000),
  /** Long runs at work at the same time. */
  runs: z.number().int().min(1).default(16),
  /** Lines of one batch at work at the same time. */
  batchLanes: z.number().int().min(1).max(1024).default(8),
});

const settingsSchema = z.strictObject({
  host: z.string().min(1).default('127.0.0.1'),
  port: z.number().int().min(0).max(65535).default(4114),
  keys: z.array(key).default([]),
  /** Names under which the server is reached, beside loopback and its own address. */
  allowHosts: z.array(z.string().min(1)).default([]),
  /** Web pages that may call it, such as `https://app.example`. */
  allowOrigins: z.array(z.string().min(1)).default([]),
  /** Whether URLs in requests are handed to models, which may fetch them. */
  allowUrls: z.boolean().default(false),
  /** Whether requests may set options of patterns. */
  allowOptions: z.boolean().default(true),
  /** Where files and responses are kept; `:memory:` forgets them with the process. */
  state: z.string().min(1).default('.tandem/gateway.db'),
  /**
   * Whether answers wait until the journal has them on disk, or their records follow up to 25 ms
   * later.
   */
  journalSync: z.enum(['before', 'behind']).default('behind'),
  /** A pattern whose decisions are worked out beside the answers of others, and reported. */
  observe: z.string().min(1).optional(),
  embeddings: z.record(z.string(), servedEmbedding).default({}),
  limits: limits.prefault({}),
});

/** Settings of a server, with their defaults filled in. */
export type GatewaySettings = z.infer<typeof settingsSchema>;
export type GatewayKey = GatewaySettings['keys'][number];

/** Checks the settings of a server. @throws TandemError `invalid_argument` that names the key */
export function checkSettings(given: unknown): GatewaySettings {
  const settings = readOptions(settingsSchema, given ?? {}, 'gateway');
  const names = settings.keys.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return settings;
  throw new TandemError(
    'invalid_argument',
    `Two keys are named "${twice}". Name one of them otherwise.`,
  );
}

/** Tells whether an address is reached from this machine alone. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}

/** Refuses to listen to others without keys. @throws TandemError `missing_setting` */
export function requireKeys({ host, keys }: GatewaySettings): void {
  if (isLoopback(host) || keys.length > 0) return;
  const message =
    `Listening on "${host}" lets others in, and no key is set. Make one with ` +
    '`tandem key NAME`, or listen on 127.0.0.1.';
  throw new TandemError('missing_setting', message, { data: { host } });
}
