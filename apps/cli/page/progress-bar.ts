import type { Terminal } from '../terminal.ts';

const width = 24;

/** Shows how far a long work is, on stderr. */
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
