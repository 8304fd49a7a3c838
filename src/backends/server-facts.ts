/**
 * What each kind of server tells of itself, by its public interface: models, what is loaded, how
 * long a context is.
 */

/** A model that a server has. */
export interface FoundModel {
  /** As a spec names it, after the scheme. */
  readonly name: string;
  /** Absent where the server does not say. */
  readonly isLoaded?: boolean;
  /** Context window as it runs now. */
  readonly contextTokens?: number;
  /** Whether it reads images. */
  readonly images?: boolean;
  /** Whether its template knows tools. */
  readonly tools?: boolean;
  /** Whether it has no format of a chat: prompts go in as they are. */
  readonly isBare?: boolean;
  /** Whether it makes embeddings alone. */
  readonly isEmbedder?: boolean;
  /** Changes when the model does. */
  readonly version?: string;
}

/** What a server says of itself. */
export interface ServerFacts {
  readonly version?: string;
  /** Those that run where the server is. */
  readonly models: readonly FoundModel[];
  /** Those that it lists and hands on to another host, which it names. */
  readonly elsewhere?: readonly { readonly name: string; readonly host: string }[];
}

/**
 * Asks a server for a path; `undefined` for anything but JSON. It throws where nobody answers; once
 * a server has answered, what comes late is `undefined` too. A `detail` is waited for only half as
 * long, and a `proof`, which tells what the server is, throws where it comes late.
 */
export type Look = (path: string, body?: object, weight?: 'detail' | 'proof') => Promise<unknown>;

/** Asks what a server is; `undefined` if it is of another kind. */
export type Inspect = (look: Look) => Promise<ServerFacts | undefined>;

/** The names in the list of models that every server of OpenAI's protocol has. */
export async function listedNames(look: Look): Promise<string[]> {
  const { data } = ((await look('/v1/models')) ?? {}) as {
    data?: readonly { readonly id?: string }[];
  };
  return Array.isArray(data) ? data.flatMap(({ id }) => (id ? [id] : [])) : [];
}
