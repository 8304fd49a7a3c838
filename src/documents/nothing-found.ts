import { textAnswer } from '../model/answer.ts';
import { abstained } from '../model/pattern/degrade.ts';
import type { Answer } from '../model/types.ts';

/**
 * The answer of a pattern that read the document and found nothing: marked as an abstention. Says
 * what was not read.
 */
export function nothingFound(
  read: { readonly unread?: number; readonly chunks?: number } = {},
): Answer {
  const { unread = 0, chunks = 0 } = read;
  const where =
    unread > 0 ? `what could be read (${unread} of ${chunks} chunks could not)` : 'the document';
  return {
    ...textAnswer(`Nothing in ${where} answers this question.`),
    finishReason: { unified: 'stop', raw: abstained },
  };
}
