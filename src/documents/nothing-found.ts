import { textAnswer } from '../model/answer.ts';
import { abstained } from '../model/degrade.ts';
import type { Answer } from '../model/types.ts';

/** The answer of a pattern that read the document and found nothing: marked as an abstention. */
export function nothingFound(): Answer {
  return {
    ...textAnswer('Nothing in the document answers this question.'),
    finishReason: { unified: 'stop', raw: abstained },
  };
}
