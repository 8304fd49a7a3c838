/** What is to be read and written, in tokens. */
export interface ReadingSizes {
  readonly documentTokens: number;
  readonly questionTokens: number;
  /** Tokens of the final answer. */
  readonly answerTokens: number;
}

/** What a pattern that reads documents is expected to do, before it does it. */
export interface ReadingEstimate {
  readonly calls: TokensByPlace;
  /** Most calls on this device, where the pattern may read again. */
  readonly mostDeviceCalls: number;
  readonly input: TokensByPlace;
  readonly output: TokensByPlace;
  /** Tokens of the document that leave this device. */
  readonly leavingTokens: number;
}

/** A count on either side. */
export interface TokensByPlace {
  readonly device: number;
  readonly cloud: number;
}

/** Estimates what a pattern does with a document of these sizes, under its own options. */
export type EstimateReading<Options = unknown> = (
  sizes: ReadingSizes,
  options: Options,
) => ReadingEstimate;
