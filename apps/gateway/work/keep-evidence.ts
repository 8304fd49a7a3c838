import type { Exchange } from '../exchange.ts';
import type { Said } from '../wire/tandem-object.ts';

// More than anybody opens; an answer that cites more is read in its document.
const mostKept = 200;

/**
 * Keeps the places that an answer rests on beside its run, where content is kept: no call of the
 * run says them, for they are found by the pattern.
 */
export function keepEvidence(
  { services }: Pick<Exchange, 'services'>,
  { runId, citations }: Pick<Said, 'runId' | 'citations'>,
): void {
  const { journal, keeping } = services.studio;
  if (!journal || keeping !== 'content' || citations.length === 0) return;
  const kept = { facts: {}, content: { citations: citations.slice(0, mostKept) } };
  // What cannot be kept is missing from a page; whoever asked has it.
  journal.keepBeside(runId, 'evidence', kept).catch(() => {});
}
