import { citedIds } from '../../algorithms/finding/cited-ids.ts';
import { groundingOf } from '../../algorithms/text/grounding.ts';
import type { About } from '../../model/run/summary.ts';
import type { Call } from '../../model/types.ts';
import type { Unit } from './unit.ts';

/**
 * Checks a finished answer against the unit: which of its claims no fact supports, which of the ids
 * that it cites do not exist, and whether it uses any fact at all.
 */
export function reviewOf(
  text: string,
  {
    unit,
    question,
    about,
    call,
  }: { unit: Unit; question: string; about: About; call: Pick<Call, 'responseFormat'> },
): Partial<About> {
  const { facts } = unit;
  const grounding = groundingOf(
    text,
    facts.map(fact => fact.text),
    question,
    facts.map(({ id }) => id),
  );
  const cited = citedIds(text);
  const known = new Set(facts.map(({ id }) => id));
  const unknownIds = cited.filter(id => !known.has(id)).slice(0, 8);
  const isUnused =
    facts.length > 0 &&
    call.responseFormat?.type !== 'json' &&
    grounding.claims > 0 &&
    grounding.supported === 0 &&
    unknownIds.length === cited.length;
  const flags = [
    ...(unknownIds.length > 0 ? [`cites ${unknownIds.join(', ')}, which no fact has`] : []),
    ...(isUnused ? [`no answer: it uses none of the ${facts.length} facts`] : []),
  ];
  return {
    grounding: { ...grounding, ...(unknownIds.length > 0 && { unknownIds }) },
    // What is wrong stands first: a reason is cut at its end.
    ...(flags.length > 0 && { reason: `${flags.join('; ')}; ${about.reason}` }),
    ...(isUnused && { degraded: true }),
  };
}
