/** How fast a model is, in tokens per second. */
export interface ModelSpeed {
  /** Of the prompt. */
  readonly input: number;
  /** Of the answer. */
  readonly output: number;
}

/** One call as it was timed. */
export interface TimedCall {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly durationMs: number;
}

const fewestCalls = 3;

/**
 * Fits the speed of a model to calls that were timed (least squares of time = input / speed +
 * output / speed). Where the calls do not tell the two apart, both get the speed of all tokens
 * together; `undefined` for fewer than 3 calls.
 */
export function fitSpeed(calls: readonly TimedCall[]): ModelSpeed | undefined {
  const timed = calls.filter(
    ({ inputTokens, outputTokens, durationMs }) => inputTokens + outputTokens > 0 && durationMs > 0,
  );
  if (timed.length < fewestCalls) return undefined;
  let [ii, io, oo, it, ot, tokens, time] = [0, 0, 0, 0, 0, 0, 0];
  for (const { inputTokens, outputTokens, durationMs } of timed) {
    ii += inputTokens * inputTokens;
    io += inputTokens * outputTokens;
    oo += outputTokens * outputTokens;
    it += inputTokens * durationMs;
    ot += outputTokens * durationMs;
    tokens += inputTokens + outputTokens;
    time += durationMs;
  }
  const determinant = ii * oo - io * io;
  const [perInput, perOutput] = [
    (it * oo - ot * io) / determinant,
    (ot * ii - it * io) / determinant,
  ];
  const isTold = determinant > 1e-6 * ii * oo && perInput > 0 && perOutput > 0;
  const together = (1000 * tokens) / time;
  return isTold
    ? { input: 1000 / perInput, output: 1000 / perOutput }
    : { input: together, output: together };
}
