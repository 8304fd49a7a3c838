import data from './help-centre.json' with { type: 'json' };

/**
 * A help centre as a small shop would write it, with questions that customers ask. Invented from
 * end to end.
 */
export const helpCentre = data.page.join('\n');

/** A customer's question and what settles whether it was handled rightly. */
export interface CustomerQuestion {
  readonly question: string;
  /**
   * Words that a right local answer holds; absent where the help centre has no answer and the cloud
   * is needed.
   */
  readonly expected?: string;
}

export const customerQuestions: readonly CustomerQuestion[] = data.questions;
