import type { Scheme } from '../model/spec.ts';
import type { PullOptions } from './ollama/pull-model.ts';
import type { Inspect } from './server-facts.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * One way to make models, with all that the rest of Tandem has to know of it: roles, discovery,
 * doctor.
 */
export interface Backend {
  /** How its specs become models. */
  readonly scheme: Scheme;
  /** The scheme of which this is only another name. */
  readonly sameAs?: string;
  /**
   * By which variables `SLM_BACKEND` and `LLM_BACKEND` find its models. Default: it cannot be named
   * there.
   */
  readonly roles?: RoleVariables;
  /**
   * Where its servers may be on this machine; it may take so many milliseconds. Default: they are
   * not looked for.
   */
  readonly discover?: (
    env: Environment,
    limitMs: number,
  ) => readonly ServerPlace[] | Promise<readonly ServerPlace[]>;
  /** Asks a server whether it is of this kind, and what it has. */
  readonly inspect?: Inspect;
  /** The setting `endpoint` of a server by its host and port. Default: with `/v1` behind it. */
  readonly endpointAt?: (origin: string) => string;
  /** Where a server speaks OpenAI's protocol, by its host and port. Default: nowhere. */
  readonly chatAt?: (origin: string) => string;
  /** What users of its server do. */
  readonly advise?: ServerCommands;
  /** What the environment says of it as a cloud; `undefined` where it says nothing. */
  readonly cloud?: (env: Environment) => CloudReport | undefined;
}

/** The variables that name a backend's models, by role, and its server. */
export interface RoleVariables {
  /**
   * The variable that says where the server is; absent where there is no server, or the scheme
   * finds it itself.
   */
  readonly endpoint?: string;
  readonly defaultEndpoint?: string;
  /** The variable that names the model of a role. */
  readonly model: Readonly<Record<'SLM' | 'LLM', string>>;
  /** What else a variable may be called, by its name; it is read where that is not set. */
  readonly otherNames?: Readonly<Record<string, readonly string[]>>;
}

/**
 * The variables of models in the way that most backends have them: `PREFIX_SLM_MODEL`,
 * `PREFIX_LLM_MODEL`.
 */
export function modelVariables(prefix: string): RoleVariables['model'] {
  return { SLM: `${prefix}_SLM_MODEL`, LLM: `${prefix}_LLM_MODEL` };
}

/** A place where a server may be. */
export interface ServerPlace {
  /** A URL; its path does not matter. */
  readonly endpoint: string;
  /** Why it is looked for there: a variable's name, or `default port`. */
  readonly source: string;
}

/** Where a variable says that a server is, else its default. */
export function placeIn(
  env: Environment,
  variable: string,
  fallback: string,
): readonly ServerPlace[] {
  const given = env[variable];
  return [
    given ? { endpoint: given, source: variable } : { endpoint: fallback, source: 'default port' },
  ];
}

/** The commands that users of a server know. */
export interface ServerCommands {
  /** As users call it: `LM Studio`. */
  readonly title: string;
  readonly start: string;
  /** Lets the server fetch a model. Default: its users do it by `fetchModel`. */
  readonly pull?: (options: PullOptions) => Promise<void>;
  readonly fetchModel: (model: string) => string;
  /** Gives a model a context of so many tokens. */
  readonly widen: (model: string, tokens: number) => string;
}

/**
 * Whether a cloud can be asked, as far as variables and packages tell; and whether it answered, if
 * it was asked.
 */
export interface CloudReport {
  readonly scheme: string;
  readonly title: string;
  /** Model that the variables name, as a configuration names it. */
  readonly spec?: string;
  readonly credentials: 'key' | 'entra' | 'none';
  /** Variables and packages that are missing before it can be asked. */
  readonly missing: readonly string[];
  /** Why it can never be asked as it is named. */
  readonly fault?: string;
  /** One minimal call; absent where none was wanted. */
  readonly probe?: {
    readonly isOk: boolean;
    readonly elapsedMs: number;
    readonly message?: string;
  };
}
