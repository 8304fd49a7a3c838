import { questionIn } from '../../algorithms/finding/asked-terms.ts';
import { contentTerms, frequentTerms } from '../../algorithms/text/terms.ts';
import { composeCall } from '../../documents/compose-call.ts';
import type { Call } from '../../model/types.ts';
import type { ChainTask } from './options.ts';
import { remarkOf, type Unit } from './unit.ts';

const requests = {
  answer: '',
  summary: 'Summarise the text from the extracts.',
  timeline: 'List what happened, in the order of time, one line each, with its date or time.',
} satisfies Record<ChainTask, string>;

/**
 * Makes the manager's call of a unit: the question and the facts in the order of the document, how
 * sure and from when each is, how much was left out, what is still open. It is all that the manager
 * sees.
 */
export function managerCall(
  call: Call,
  { unit, question, task }: { unit: Unit; question: string; task: ChainTask },
): Call {
  const extracts = unit.facts.map(fact => {
    const remark = remarkOf(fact);
    return { ...fact, ...(remark !== '' && { remark }) };
  });
  const request = [question, requests[task]].filter(part => part !== '').join('\n');
  const focus =
    question || frequentTerms(unit.facts.map(({ text }) => text).join('\n'), 8).join(' ');
  return composeCall(call, {
    question: request,
    extracts,
    remarks: remarksOn(unit, question),
    focus,
  });
}

// What workers ask in their own words could carry text of the document past the check of quotes: an
// open question goes up only if it is made of words that go up anyway.
function remarksOn({ facts, openQuestions, dropped }: Unit, question: string): string {
  const shown = new Set([
    ...contentTerms(questionIn(question)),
    ...facts.flatMap(({ terms }) => [...terms]),
  ]);
  const sayable = openQuestions.filter(({ text }) =>
    contentTerms(text).every(term => shown.has(term)),
  );
  const lines = [
    'The extracts stand in the order of the text. Where a later one changes what an earlier one ' +
      'says, the later holds: say what it was before and from when it changed.',
    ...(dropped.forRoom > 0 ? [`${dropped.forRoom} less relevant extracts were left out.`] : []),
    ...(openQuestions.length > 0
      ? [`Open to those who read the text: ${openQuestions.length} questions.`]
      : []),
    ...sayable.map(({ text }) => `- ${text}`),
  ];
  return lines.join('\n');
}
