import { costOf, type ListPrice } from '../../../src/entries/backends.ts';
import type { EgressEvent } from '../../../src/entries/runs.ts';
import type { Call } from '../../../src/index.ts';
import { TandemError } from '../../../src/index.ts';
import { wrapText } from '../layout.ts';
import { dollars, type Style, type Terminal } from '../terminal.ts';

/** One call as it would leave. */
export interface Preview {
  readonly destination: string;
  readonly purpose: string;
  readonly tokens: number;
  /** Input alone. */
  readonly costUsd: number | 'unknown';
  readonly masked: number;
  readonly label: string;
  /** What would leave, word for word. */
  readonly prompt: Call['prompt'];
}

/** Prices an egress event for a preview. */
export function previewOf(event: EgressEvent, call: Call, price: ListPrice | undefined): Preview {
  const { modelId: destination, purpose, tokens, masked, label } = event;
  const costUsd = costOf({ input: tokens, cachedInput: 0, output: 0 }, price);
  return { destination, purpose, tokens, costUsd, masked, label, prompt: call.prompt };
}

/** Writes what would leave, to whom, at what price. */
export function previewPage(previews: readonly Preview[], style: Style, takes?: string): string {
  if (previews.length === 0) return 'Nothing would leave the machine.\n';
  const pages = previews.map(preview => shownCall(preview, style));
  const note =
    'A dry run: each call was shown and not made. A cascade’s draft was not asked for: what is ' +
    'shown leaves where it is refused. What follows an answer of the cloud may differ.';
  const whole = takes === undefined ? '' : `\n${wrapText(`The whole takes ${takes}.`, style)}`;
  return `${pages.join('\n\n')}\n\n${style.dim(note)}${whole}\n`;
}

function shownCall(
  { destination, purpose, tokens, costUsd, masked, prompt }: Preview,
  style: Style,
) {
  const head =
    `${style.accent(destination)}  ${purpose}, ${tokens} tokens, ` +
    `${dollars(costUsd)} and the answer, ${masked} masked`;
  return `${head}\n${wrapText(textOf(prompt), style, '  │ ')}`;
}

/** Asks a person before something is done. */
export interface Asker {
  /** Whether a call may leave. */
  confirm(preview: Preview): Promise<boolean>;
  /** Whether a plan may be carried out. */
  approve(steps: readonly string[]): Promise<boolean>;
}

/**
 * Makes what shows each plan, and each call that would leave, and asks first, one at a time.
 * @throws TandemError `invalid_argument` where nobody can be asked
 */
export function askerOn(
  terminal: Terminal,
  { signal, line }: { readonly signal: AbortSignal; readonly line: string },
): Asker {
  if (!terminal.isInteractive) {
    throw new TandemError(
      'invalid_argument',
      '`--confirm` asks before anything leaves, and there is no terminal to ask on. See what ' +
        `would leave by: ${line}`,
    );
  }
  let isFree = false;
  let before = Promise.resolve(true);
  const ask = async (shown: string, question: string) => {
    if (isFree) return true;
    terminal.note(shown);
    const said = (await terminal.ask(`${question} [y]es, [a]ll of this run, [N]o: `, signal)) ?? '';
    isFree = /^a(ll)?$/i.test(said.trim());
    return isFree || /^y(es)?$/i.test(said.trim());
  };
  const inTurn = (shown: () => string, question: string) => {
    const answer = before.then(() => ask(shown(), question));
    before = answer.catch(() => false);
    return answer;
  };
  return {
    confirm: preview =>
      inTurn(
        () => `This would leave the machine:\n${shownCall(preview, terminal.style)}`,
        'Send it?',
      ),
    approve: steps =>
      inTurn(
        () => `This is the plan:\n${wrapText(steps.join('\n'), terminal.style, '  │ ')}`,
        'Carry it out?',
      ),
  };
}

function textOf(prompt: Call['prompt']): string {
  return prompt
    .map(({ role, content }) => {
      if (typeof content === 'string') return `${role}: ${content}`;
      const parts = content.map(part => ('text' in part ? part.text : JSON.stringify(part)));
      return `${role}: ${parts.join('\n')}`;
    })
    .join('\n');
}
