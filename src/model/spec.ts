import { TandemError } from './errors.ts';
import type { LanguageModel } from './types.ts';

/** Settings of a model made from a spec; each scheme says which it reads and refuses the others. */
export interface SpecSettings {
  /** Base URL of the server. */
  readonly endpoint?: string;
  /** Secret; prefer the scheme's environment variable. */
  readonly apiKey?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sends every request of the model in place of the platform's `fetch`; from a program alone. */
  readonly fetch?: typeof globalThis.fetch;
  /** Context window in tokens, if known. */
  readonly contextTokens?: number;
  /** Milliseconds for the connection. */
  readonly connectMs?: number;
  /** Milliseconds until an answer that is not streamed begins. */
  readonly answerMs?: number;
  /** Where the environment is read from. Default: `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Anything a scheme adds, such as `reasoning: true`. */
  readonly [option: string]: unknown;
}

/** A way to make models from specs `scheme:rest`. */
export interface Scheme {
  readonly name: string;
  /** One line for `--help` and errors. */
  readonly summary: string;
  readonly example: string;
  /** Settings that it reads; others are refused before anything starts. Absent: any. */
  readonly settings?: readonly string[];
  /** Makes the model. @throws TandemError `missing_setting`, `invalid_argument` */
  create(rest: string, settings: SpecSettings): LanguageModel;
}

/**
 * Makes a model from a spec such as `ollama:phi4-mini`. @throws TandemError `unknown_name` and what
 * `create` throws
 */
export type ModelFactory = (spec: string, settings?: SpecSettings) => LanguageModel;

let factory: ModelFactory | undefined;

/** Says what makes the models that options name by a spec; the tables of schemes do so once. */
export function nameModelsBy(made: ModelFactory): void {
  factory = made;
}

/**
 * Makes the model that an option names by a spec. @throws TandemError as the factory does, and
 * `unknown_name` where no schemes are known
 */
export function modelNamed(spec: string): LanguageModel {
  if (factory) return factory(spec);
  const message =
    'Nobody makes models of specs here. Import `model` of tandem, and give ' +
    `\`model("${spec}")\`.`;
  throw new TandemError('unknown_name', message, { data: { spec } });
}
