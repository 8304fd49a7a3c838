import { jsonOrNothing } from '../../algorithms/text/written/bounded-json.ts';

// A line that is longer belongs to no stream of an answer.
const mostCharacters = 16_777_216;
const mostWords = 2000;

/** Reads server-sent events, and what some servers send in their place. */
export interface EventSource {
  /**
   * Takes bytes as they come, cut anywhere; returns the data of the events that are whole, `[DONE]`
   * at the end of all. @throws RangeError for a line without end
   */
  read(bytes: Uint8Array): string[];
  /** At the end: what stood in no whole event. */
  rest(): string[];
  /** The begin of what was no event at all, such as a page of HTML. */
  words(): string;
}

interface EventReading {
  found: string[];
  /** A line whose end has not come. */
  line: string;
  /** Of the event under way. */
  name: string;
  data: string | undefined;
  /** Whether its data stands in several lines. */
  isSplit: boolean;
  /** Lines of JSON that is not whole yet. */
  document: string;
  words: string;
  endsByReturn: boolean;
}

/**
 * Makes a reader of server-sent events. Blank lines between them may be missing, and lines of JSON,
 * or a whole document, may stand in their place. What an event named `error` says comes as an
 * error; numbers of events, and words that keep a connection alive, are passed over.
 */
export function eventSource(): EventSource {
  const decoder = new TextDecoder();
  const reading: EventReading = {
    ...{ found: [], line: '', name: '', data: undefined, isSplit: false },
    ...{ document: '', words: '', endsByReturn: false },
  };
  return {
    read(bytes) {
      reading.found = [];
      readLines(reading, decoder.decode(bytes, { stream: true }));
      return reading.found;
    },
    rest() {
      reading.found = [];
      const { line, name } = reading;
      reading.line = '';
      if (line !== '') readLine(reading, line);
      // An event that was begun may have been cut.
      const { data, document } = reading;
      if (data !== undefined && (isWhole(data) || name === 'error')) closeEvent(reading);
      if (document.trim() !== '') reading.found.push(document);
      return reading.found;
    },
    words: () => reading.words.trim().slice(0, mostWords),
  };
}

function readLines(reading: EventReading, text: string): void {
  if (text === '') return;
  const hasReturns = text.includes('\r');
  let start = reading.endsByReturn && text.startsWith('\n') ? 1 : 0;
  reading.endsByReturn = text.endsWith('\r');
  for (;;) {
    const end = hasReturns ? endOfLine(text, start) : text.indexOf('\n', start);
    if (end < 0) break;
    const line = reading.line + text.slice(start, end);
    reading.line = '';
    readLine(reading, line);
    start = end + (text.startsWith('\r\n', end) ? 2 : 1);
  }
  reading.line += text.slice(start);
  const { line, data = '', document } = reading;
  if (line.length + data.length + document.length > mostCharacters)
    throw new RangeError('a line has no end');
}

function endOfLine(text: string, from: number): number {
  const feed = text.indexOf('\n', from);
  const back = text.indexOf('\r', from);
  return feed < 0 || (back >= 0 && back < feed) ? back : feed;
}

function readLine(reading: EventReading, line: string): void {
  if (reading.document !== '') readDocument(reading, line);
  else if (line === '') closeEvent(reading);
  else if (line.startsWith('data: {')) readField(reading, 'data', line.slice(6));
  else readOddLine(reading, line);
}

const fieldLine = /^\s*(data|event|id|retry|error) ?: ?(.*)$/is;
const nothingLine = /^\s*(?::|id$|retry$|$)/;

function readOddLine(reading: EventReading, line: string): void {
  const [, field, value = ''] = fieldLine.exec(line) ?? [];
  if (field !== undefined) readField(reading, field.toLowerCase(), value);
  else if (/^\W{0,8}[{["]/.test(line)) readDocument(reading, line);
  else if (!nothingLine.test(line)) putOdd(reading, line);
}

function readField(reading: EventReading, field: string, value: string): void {
  if (field === 'id' || field === 'retry') return;
  const { data, isSplit } = reading;
  // Where no blank line stands between two events, the first is whole by itself.
  if (data !== undefined && !isSplit && isWhole(data)) closeEvent(reading);
  if (field === 'event') reading.name = value;
  else {
    if (field === 'error') reading.name = field;
    reading.isSplit = reading.data !== undefined;
    reading.data = reading.isSplit ? `${reading.data}\n${value}` : value;
  }
}

// A line that is JSON stands for an event; what is not whole goes on in the next.
function readDocument(reading: EventReading, line: string): void {
  if (reading.data !== undefined) closeEvent(reading);
  const bare = reading.document === '' ? line.slice(line.search(/[{["]/)).trimEnd() : '';
  if (/[}\]"]$/.test(bare) && isWhole(bare)) putOdd(reading, bare);
  else reading.document += `${line}\n`;
}

function closeEvent(reading: EventReading): void {
  const { data, name, found } = reading;
  reading.name = '';
  reading.data = undefined;
  if (data === undefined) return;
  if (name === 'error') found.push(asError(data));
  else if (data.startsWith('{')) found.push(data);
  else putOdd(reading, data);
}

const aliveWords = /^(?:ping|pong|heartbeat|keep-?alive|null|ok)?$/i;

function putOdd(reading: EventReading, said: string): void {
  const bare = said.replace(/^(?:\s*data:)+/, '').trim();
  if (/^\W{0,4}done\W{0,4}$/i.test(bare)) reading.found.push('[DONE]');
  else if (/^[{["]/.test(bare)) reading.found.push(bare);
  else if (reading.words.length < mostWords && !aliveWords.test(bare)) reading.words += ` ${bare}`;
}

function isWhole(data: string): boolean {
  return jsonOrNothing(data) !== undefined || /^\s*\[done\]\s*$/i.test(data);
}

function asError(data: string): string {
  const said = jsonOrNothing(data) ?? data;
  const isWrapped = typeof said === 'object' && said !== null && 'error' in said;
  return isWrapped ? data : JSON.stringify({ error: said });
}
