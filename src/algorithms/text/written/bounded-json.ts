/** How much one JSON text may hold: more than any model, tool or client means. */
const most = {
  // Deeper values overflow the stack of whoever walks them.
  depth: 256,
  // V8 takes a microsecond and more for an object of a new shape, and longer for each new key.
  containers: 200_000,
  keys: 8192,
  values: 1_000_000,
};
// So little text nests too little to harm, and is most of what is ever read.
const freeCharacters = 1024;

/**
 * Parses JSON within bounds, as it comes from models, servers, clients and files: at most 256
 * levels, 200,000 objects and lists, about 8,000 different keys and a million values.
 * @throws SyntaxError for what is no JSON, or beyond a bound
 * @example
 * ```ts
 * const value = parseJson('{"city":"Lyon"}');
 * ```
 */
export function parseJson(text: string): unknown {
  const beyond = text.length > freeCharacters ? beyondIn(text) : undefined;
  if (beyond !== undefined) throw new SyntaxError(`the JSON holds ${beyond}`);
  return JSON.parse(text);
}

// An error costs more than all else here, and most of what models write is no JSON.
const begins = /^\s*["[{\d\-tfn]/;

/** Parses JSON within bounds; `undefined` for what is no JSON, or beyond a bound. */
export function jsonOrNothing(text: string): unknown {
  if (!begins.test(text)) return undefined;
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/**
 * Says which bound a text is beyond, if it is JSON; `undefined` where it is within all.
 * @example
 * ```ts
 * const beyond = beyondIn('[[[[]]]]');
 * if (beyond !== undefined) console.error(`the text holds ${beyond}`);
 * ```
 */
export function beyondIn(text: string): string | undefined {
  const see = tally(text);
  let string = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      string = at;
      at = endOfString(text, at);
    } else if (code >= 0x2c) {
      const beyond = see(code, string);
      if (beyond !== undefined) return beyond;
    }
  }
  return undefined;
}

// Counts what stands outside of strings, by its character; a key is the string before a colon.
function tally(text: string): (code: number, string: number) => string | undefined {
  // A key takes four characters at least, and the table of a counter more than most texts.
  const keys = text.length > 4 * most.keys ? keyCounter() : undefined;
  let [depth, containers, values] = [0, 0, 0];
  return (code, string) => {
    switch (code) {
      case 0x3a: // :
        return keys?.add(text, string) ? `more than ${most.keys} different keys` : undefined;
      case 0x2c: // ,
        return ++values > most.values ? `more than ${most.values} values` : undefined;
      case 0x5b: // [
      case 0x7b: // {
        if (++depth > most.depth) return `more than ${most.depth} levels`;
        if (++containers <= most.containers) return undefined;
        return `more than ${most.containers} objects and lists`;
      case 0x5d: // ]
      case 0x7d: // }
        depth--;
    }
    return undefined;
  };
}

const hashes = 65_536;

// Keys are told apart by a hash: nearly all of them, and none is counted twice.
function keyCounter() {
  let seen: Uint8Array | undefined;
  let found = 0;
  return {
    add(text: string, from: number): boolean {
      seen ??= new Uint8Array(hashes);
      let hash = 0;
      for (let at = from + 1, code = 0; at < from + 65; at++) {
        code = text.charCodeAt(at);
        if (code === 0x22 || Number.isNaN(code)) break;
        hash = (Math.imul(hash, 31) + code) | 0;
      }
      hash = (hash ^ (hash >>> 16)) & (hashes - 1);
      if (seen[hash] === 0) found++;
      seen[hash] = 1;
      return found > most.keys;
    },
  };
}

function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end >= 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end < 0 ? text.length : end;
}

function isEscaped(text: string, at: number): boolean {
  let begin = at;
  while (text.charCodeAt(begin - 1) === 0x5c) begin--;
  return (at - begin) % 2 === 1;
}
