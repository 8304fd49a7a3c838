// A cloud model that writes down what it is sent, word for word.
import { type LanguageModel, wrap } from 'tandem';
import { promptText } from 'tandem/testing';

/** A cloud model whose calls are written down. */
export interface Tapped {
  readonly model: LanguageModel;
  readonly sent: readonly string[];
}

/** Writes down what a model is sent. */
export function tapped(model: LanguageModel): Tapped {
  const sent: string[] = [];
  const call = (given: Parameters<LanguageModel['doGenerate']>[0]) => {
    sent.push(promptText(given));
    return given;
  };
  return { model: wrap(model, { call }), sent };
}
