interface SaidWords {
  content?: unknown;
  readonly tool_calls?: readonly { readonly function: { arguments?: unknown } }[] | null;
}

/** What of an answer, or of a chunk of one, holds words and calls. */
interface SaidChoices {
  readonly choices: readonly {
    readonly message?: SaidWords | null;
    readonly delta?: SaidWords | null;
  }[];
}

/**
 * Writes inputs of calls that came as objects, and a text that came as a number or an object, with
 * the digits that they have: a tool that runs on another number than the model wrote does the wrong
 * thing. `exact` reads the same once more, with its digits.
 */
export function keepDigits(read: SaidChoices, exact: () => unknown): void {
  const said = wordsIn(read);
  const inputs = inputsIn(said);
  const isNumber = typeof said?.content === 'string' && /^[-\d{]/.test(said.content);
  const hasObjects = inputs.some(({ arguments: input }) => typeof input === 'object' && input);
  if (!hasObjects && !isNumber) return;
  const meant = wordsIn(exact() as SaidChoices | undefined);
  if (said && isNumber && typeof meant?.content === 'string') said.content = meant.content;
  const exactInputs = inputsIn(meant);
  for (const [index, called] of inputs.entries()) {
    const input = exactInputs[index]?.arguments;
    if (typeof input === 'object' && input !== null) called.arguments = JSON.stringify(input);
  }
}

function wordsIn(read: SaidChoices | undefined): SaidWords | undefined {
  const choice = read?.choices[0];
  return choice?.message ?? choice?.delta ?? undefined;
}

function inputsIn(said: SaidWords | undefined): { arguments?: unknown }[] {
  return said?.tool_calls?.map(({ function: called }) => called) ?? [];
}
