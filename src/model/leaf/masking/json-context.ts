/** Follows a text as it comes, and knows whether what comes next stands inside a string of JSON. */
export interface JsonContext {
  feed(text: string): void;
  readonly isInString: boolean;
}

/** Makes the context of a text: all of it may be a document of JSON, or what stands in a fence. */
export function jsonContext(): JsonContext {
  const reading: JsonReading = { depth: 0, line: '' };
  let state: JsonState = 'start';
  return {
    feed(text) {
      for (const letter of text) state = steps[state](letter, reading);
    },
    get isInString() {
      return state === 'string' || state === 'escape';
    },
  };
}

type JsonState = 'start' | 'json' | 'string' | 'escape' | 'prose';

interface JsonReading {
  /** How many brackets are open. */
  depth: number;
  /** How the line of prose begins. */
  line: string;
}

type JsonStep = (letter: string, reading: JsonReading) => JsonState;

const steps: Readonly<Record<JsonState, JsonStep>> = {
  start(letter, reading) {
    if (/\s/.test(letter)) return 'start';
    const isOpen = letter === '{' || letter === '[';
    reading.depth = isOpen ? 1 : 0;
    reading.line = letter;
    return isOpen ? 'json' : 'prose';
  },
  json(letter, reading) {
    if (letter === '"') return 'string';
    if (letter === '{' || letter === '[') reading.depth++;
    else if (letter === '}' || letter === ']') reading.depth--;
    else if (!/[\s,:\d.eE+\-truefalsn]/.test(letter)) return 'prose';
    reading.line = '';
    // What follows a document is prose, or another document on its own line.
    return reading.depth === 0 ? 'prose' : 'json';
  },
  // A string of JSON holds no line break.
  string(letter) {
    if (letter === '\\') return 'escape';
    return letter === '"' ? 'json' : letter === '\n' ? 'prose' : 'string';
  },
  escape: () => 'string',
  prose(letter, reading) {
    if (letter !== '\n') {
      if (reading.line.length < 8) reading.line += letter;
      return 'prose';
    }
    const isFence = /^\s{0,3}```/.test(reading.line);
    const isBlank = reading.line.trim() === '';
    reading.line = '';
    return isFence || isBlank ? 'start' : 'prose';
  },
};
