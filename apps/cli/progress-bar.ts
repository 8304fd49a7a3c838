import { type Invocation, wrongUse } from './command.ts';
import type { Terminal } from './terminal.ts';

const width = 24;

/** Shows how far a long work is, on stderr, on a terminal only. */
export function progressBar(terminal: Terminal): (share: number, what: string) => void {
  return (share, what) => {
    const done = Math.round(Math.max(0, Math.min(1, share)) * width);
    terminal.progress(
      `[${'█'.repeat(done)}${'░'.repeat(width - done)}] ` +
        `${String(Math.round(share * 100)).padStart(3)} %  ${what}`,
    );
  };
}

/** Writes a share as per cent. */
export function percent(share: number | null | undefined): string {
  return share === null || share === undefined ? '–' : `${(100 * share).toFixed(1)} %`;
}

/** Reads a share from 0 to 1. @throws TandemError marked as wrong use */
export function shareOption(
  options: Invocation['options'],
  name: string,
  otherwise: number,
): number {
  const given = options[name];
  if (given === undefined) return otherwise;
  const share = Number(given);
  if (share > 0 && share <= 1) return share;
  throw wrongUse(
    `\`--${name}\` is "${String(given)}".`,
    'Give a share above 0 and up to 1, such as 0.95.',
  );
}

/** Reads a whole number. @throws TandemError marked as wrong use */
export function wholeOption(
  options: Invocation['options'],
  name: string,
  least: number,
): number | undefined {
  const given = options[name];
  if (given === undefined) return undefined;
  const whole = Number(given);
  if (Number.isInteger(whole) && whole >= least) return whole;
  throw wrongUse(
    `\`--${name}\` is "${String(given)}".`,
    `Give a whole number of ${least} or more.`,
  );
}
