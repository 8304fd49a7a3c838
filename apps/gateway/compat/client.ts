/** What every client of the compatibility suite can do, each in its own way. */
export interface Client {
  readonly name: string;
  chat(model: string, text: string): Promise<string>;
  /** Streams, and joins what came. */
  stream(model: string, text: string): Promise<string>;
  /**
   * Lets the model call `weather(city)` and goes on with what it returns, until there is an answer.
   */
  toolLoop(model: string, text: string, weather: (city: string) => string): Promise<string>;
  /** Asks for `{ answer: number }` by its schema. */
  object(model: string, text: string): Promise<unknown>;
  /** Asks about a file. */
  file(
    model: string,
    file: { readonly name: string; readonly text: string },
    question: string,
  ): Promise<string>;
  /** Is given up while the model works. */
  abort(model: string, text: string, signal: AbortSignal): Promise<unknown>;
}

/** The schema of `object`. */
export const answerSchema = {
  type: 'object' as const,
  properties: { answer: { type: 'number' as const } },
  required: ['answer'],
  additionalProperties: false as const,
};

/** The parameters of `weather`. */
export const weatherParameters = {
  type: 'object' as const,
  properties: { city: { type: 'string' as const } },
  required: ['city'],
  additionalProperties: false as const,
};
