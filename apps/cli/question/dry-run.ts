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

/**
 * Makes what shows each call that would leave and asks first, one at a time. @throws TandemError
 * `invalid_argument` where nobody can be asked
 */
export function confirmerOn(
  terminal: Terminal,
  { signal, line }: { readonly signal: AbortSignal; readonly line: string },
): (preview: Preview) => Promise<boolean> {
  if (!terminal.isInteractive) {
    throw new TandemError(
      'invalid_argument',
      '`--confirm` asks before anything leaves, and there is no terminal to ask on. See what ' +
        `would leave by: ${line}`,
    );
  }
  let isFree = false;
  let before = Promise.resolve(true);
  const ask = async (preview: Preview) => {
    if (isFree) return true;
    terminal.note(`This would leave the machine:\n${shownCall(preview, terminal.style)}`);
    const said = (await terminal.ask('Send it? [y]es, [a]ll of this run, [N]o: ', signal)) ?? '';
    isFree = /^a(ll)?$/i.test(said.trim());
    return isFree || /^y(es)?$/i.test(said.trim());
  };
  return preview => {
    const answer = before.then(() => ask(preview));
    before = answer.catch(() => false);
    return answer;
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
