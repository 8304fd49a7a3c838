import { TandemError } from '../model/errors.ts';

/** Where a page of runs ends: lists are sorted by both, newest first. */
export interface RunPlace {
  readonly begunAt: string;
  readonly id: string;
}

/** Writes a place as the cursor that the next page is asked for with. */
export function cursorOf({ begunAt, id }: RunPlace): string {
  return Buffer.from(JSON.stringify([begunAt, id])).toString('base64url');
}

/** Reads a cursor. @throws TandemError `invalid_argument` */
export function placeOf(cursor: string): RunPlace {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(place) && typeof place[0] === 'string' && typeof place[1] === 'string') {
      return { begunAt: place[0], id: place[1] };
    }
  } catch {
    // Told below, like JSON that is no place.
  }
  const message =
    `\`after\` is "${cursor}", which no list has given. Use \`next\` of the page ` +
    'before, or leave it out.';
  throw new TandemError('invalid_argument', message, { data: { name: 'after' } });
}
