import { exactJson } from '../../../algorithms/text/written/exact-json.ts';

interface SaidCalls {
  readonly tool_calls?: readonly { readonly function: { arguments?: unknown } }[] | null;
}

/** What of an answer, or of a chunk of one, holds calls. */
interface SaidChoices {
  readonly choices: readonly {
    readonly message?: SaidCalls | null;
    readonly delta?: SaidCalls | null;
  }[];
}

/**
 * Writes inputs of calls that came as objects with the digits that they have in `text`: a tool that
 * runs on another number than the model wrote does the wrong thing.
 */
export function keepDigits(read: SaidChoices, text: string): void {
  const inputs = inputsIn(read);
  if (!inputs.some(({ arguments: input }) => typeof input === 'object' && input !== null)) return;
  const exact = inputsIn(exactJson(text) as SaidChoices);
  for (const [index, called] of inputs.entries()) {
    const input = exact[index]?.arguments;
    if (typeof input === 'object' && input !== null) called.arguments = JSON.stringify(input);
  }
}

function inputsIn({ choices: [choice] }: SaidChoices): { arguments?: unknown }[] {
  const calls = choice?.message?.tool_calls ?? choice?.delta?.tool_calls ?? [];
  return calls.map(({ function: called }) => called);
}
