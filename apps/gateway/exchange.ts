/** One request on its way through the gateway: what routes are given and what they give back. */
import type * as z from 'zod';
import type { SharedBudget } from '../../src/entries/backends.ts';
import type { Label } from '../../src/index.ts';
import type { Catalogue } from './catalogue.ts';
import type { Caller } from './policy/keys.ts';
import type { Services } from './services.ts';
import type { Scope } from './settings.ts';
import type { Controls } from './wire/controls.ts';

/** What is noted of a request: names and figures, never content. */
export interface Audit {
  model?: string;
  runId?: string;
  answeredBy?: string;
  place?: string;
  /** Why, in a word of a fixed list: a reason of its own may hold content. */
  reason?: string;
  costUsd?: number | 'unknown';
  egressCalls?: number;
  inputTokens?: number;
  outputTokens?: number;
  /** Input that a server had read before. */
  cachedTokens?: number;
  /** Calls that a journal answered. */
  replayedCalls?: number;
  /** Baseline minus cost: less than nothing where more was spent. */
  savedUsd?: number;
  /** Code of the refusal. */
  code?: string;
  firstByteMs?: number;
  /** What may leave of the answer, of a line of a batch. */
  label?: Label;
  /** How long it waited for its turn, where it had to. */
  waitedMs?: number;
}

/** One request. */
export interface Exchange<Body = unknown> {
  readonly services: Services;
  /** As it was when the request came: a reload does not change a request under way. */
  readonly catalogue: Catalogue;
  readonly caller: Caller;
  readonly headers: Headers;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Body;
  /** What its headers ask of Tandem. */
  readonly controls: Controls;
  /** The body as it came, for uploads. */
  readonly bytes: Uint8Array;
  /** Aborted when the client goes away or the server ends. */
  readonly signal: AbortSignal;
  readonly audit: Audit;
  /** The run that it goes on with, where it is a line of a batch. */
  readonly runId?: string;
  /** What it spends from beside the server's and its key's. */
  readonly budget?: SharedBudget;
}

/** What a route answers. */
export type Reply =
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body: unknown;
    }
  | {
      readonly headers?: Readonly<Record<string, string>>;
      /** Server-sent events, each as it goes over the wire. */
      readonly events: AsyncGenerator<string>;
    }
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly text: string | Uint8Array;
      readonly contentType: string;
    };

/** One route: the table of these is the server and its OpenAPI document. */
export interface Route {
  readonly method: 'get' | 'post' | 'delete';
  /** In OpenAPI's way: `/v1/runs/{id}`. */
  readonly path: string;
  readonly summary: string;
  /** What a key needs; absent where none is asked for. */
  readonly scope: Scope | undefined;
  readonly request?: z.ZodType;
  /** Tells bodies that the schema surely takes as they are: it is spared then. */
  readonly isPlain?: (body: unknown) => boolean;
  /** A body that is no JSON. */
  readonly upload?: true;
  readonly query?: Readonly<Record<string, string>>;
  readonly answer: string;
  /** What is answered, where that is JSON; a text where it is none. */
  readonly replies: z.ZodType;
  readonly streams?: true;
  /** Whether it waits for models, and so takes a turn. */
  readonly works?: true;
  handle(exchange: Exchange): Promise<Reply> | Reply;
}

/** Types a route by the schema of its body. */
export function route<Schema extends z.ZodType>(
  given: Omit<Route, 'handle' | 'request'> & {
    readonly request: Schema;
    handle(exchange: Exchange<z.infer<Schema>>): Promise<Reply> | Reply;
  },
): Route {
  return given as unknown as Route;
}
