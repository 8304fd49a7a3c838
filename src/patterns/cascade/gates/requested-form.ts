import { fitsForm, requestedForm } from '../../../algorithms/answers/requested-form.ts';
import { checked, type Gate, unknownVerdict } from '../gate.ts';
import { answerText, requestText } from '../request-text.ts';

/**
 * Holds a draft against the form that its request names: one of some labels, or a number alone.
 * Unknown where it names none.
 */
export function ofRequestedForm(): Gate {
  return ({ answer, call }) => {
    if (call.responseFormat?.type === 'json') return unknownVerdict('the schema says the form');
    const text = answerText(answer);
    const form = text === '' ? undefined : requestedForm(requestText(call));
    if (!form) return unknownVerdict('no form is named');
    const what = form.kind === 'number' ? 'a number' : `one of the ${form.labels.length} labels`;
    const isFit = fitsForm(text, form);
    return checked(isFit, isFit ? `the draft is ${what}` : `the draft is not ${what}`);
  };
}
