import type { CitedExtract } from '../../documents/cited-extract.ts';
import { placeOf, type TaskResult } from './combine.ts';

/** What a round leaves for the next ones: what the cloud missed, and what it noted for itself. */
export interface RoundNote {
  readonly round: number;
  readonly feedback: string;
  readonly scratchpad: string;
}

const longest = 4000;

/** Writes down what the rounds before have noted. */
export function notesText(notes: readonly RoundNote[]): string {
  const lines = notes.flatMap(({ round, feedback, scratchpad }) => [
    ...(feedback ? [`Missing after round ${round}: ${feedback}`] : []),
    ...(scratchpad ? [`Noted in round ${round}: ${scratchpad}`] : []),
  ]);
  return lines.join('\n').slice(-longest);
}

/**
 * Says which extracts answer which task, which tasks found nothing, and which answers contradict
 * each other.
 */
export function tasksText(
  results: readonly TaskResult[],
  extracts: readonly CitedExtract[],
): string {
  const idByPlace = new Map(extracts.map(extract => [placeOf(extract), extract.id]));
  return results
    .map(({ task, findings, conflicts }) => {
      const ids = findings.flatMap(finding => idByPlace.get(placeOf(finding)) ?? []);
      const at = conflicts.flatMap(({ note, ...place }) => {
        const id = idByPlace.get(placeOf(place));
        return id ? [`${id} says ${note}`] : [];
      });
      const found = ids.length > 0 ? ids.slice(0, 40).join(', ') : 'nothing found';
      return (
        `- ${task.question}: ` +
        `${found}${at.length > 1 ? `; contradictory: ${at.join(', ')}` : ''}`
      );
    })
    .join('\n');
}
