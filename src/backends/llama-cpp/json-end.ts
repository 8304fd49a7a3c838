/**
 * Finds the end of a JSON value that comes in pieces: each piece gives how many of its characters
 * belong to the value once that has ended, else `undefined`. An object, a list or a string ends by
 * itself; where another value ends only what follows it can tell.
 */
export function jsonEnd(): (piece: string) => number | undefined {
  let depth = 0;
  let state: 'plain' | 'string' | 'escaped' = 'plain';
  const inString = (character: string) => {
    if (state === 'escaped') state = 'string';
    else if (character === '\\') state = 'escaped';
    else if (character === '"') state = 'plain';
    return state === 'plain';
  };
  const outside = (character: string) => {
    if (character === '"') state = 'string';
    else if ('{['.includes(character)) depth++;
    else if ('}]'.includes(character)) return --depth === 0;
    return false;
  };
  return piece => {
    for (let at = 0; at < piece.length; at++) {
      const hasClosed = state === 'plain' ? outside(piece[at]!) : inString(piece[at]!);
      if (hasClosed && depth === 0) return at + 1;
    }
    return undefined;
  };
}
