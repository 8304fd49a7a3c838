import type { Option } from '@clack/prompts';
import type { Invocation } from '../command.ts';
import { withoutControls } from '../page/shown-text.ts';

/** Something to choose. */
export interface Choice<Value> {
  readonly label: string;
  /** What is known of it, shown while it is marked. */
  readonly hint?: string;
  readonly value: Value;
}

// Loaded where somebody is asked: every other command goes without.
const clack = () => import('@clack/prompts');

/**
 * Lets one of several be chosen by the arrow keys; `marked` is the one that Enter takes. @throws
 * the signal's reason; on Ctrl-C too
 */
export async function choose<Value>(
  invocation: Invocation,
  message: string,
  choices: readonly Choice<Value>[],
  marked = 0,
): Promise<Value> {
  const { select } = await clack();
  const options = choices.map(
    ({ label, hint }, value): Option<number> => ({
      value,
      label: withoutControls(label),
      ...(hint !== undefined && { hint: withoutControls(hint) }),
    }),
  );
  const chosen = await select({ message, options, initialValue: marked, ...keysOf(invocation) });
  return choices[await answered(chosen)]!.value;
}

/** Asks for a line; `problemOf` says what is wrong with it. @throws as `choose` does */
export async function askLine(
  invocation: Invocation,
  message: string,
  {
    placeholder,
    problemOf,
  }: {
    readonly placeholder?: string;
    readonly problemOf?: (typed: string) => string | undefined;
  } = {},
): Promise<string> {
  const { text } = await clack();
  const typed = await text({
    message,
    ...(placeholder !== undefined && { placeholder }),
    validate: given => problemOf?.((given ?? '').trim()),
    ...keysOf(invocation),
  });
  return ((await answered(typed)) ?? '').trim();
}

/** Asks for a yes; Enter alone is what is proposed. @throws as `choose` does */
export async function confirm(
  invocation: Invocation,
  message: string,
  initialValue: boolean,
): Promise<boolean> {
  const asked = await clack();
  return answered(await asked.confirm({ message, initialValue, ...keysOf(invocation) }));
}

function keysOf({ terminal, signal }: Invocation) {
  return { ...terminal.keys, signal };
}

async function answered<Given>(given: Given): Promise<Exclude<Given, symbol>> {
  const { isCancel } = await clack();
  if (isCancel(given)) throw new DOMException('Interrupted.', 'AbortError');
  return given as Exclude<Given, symbol>;
}
