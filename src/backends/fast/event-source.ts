import { StringDecoder } from 'node:string_decoder';

// A line that is longer belongs to no stream of an answer.
const mostCharacters = 16_777_216;

/**
 * Reads server-sent events (HTML standard, section 9.2): takes bytes as they come, cut anywhere, and returns the data
 * of the events that are whole by then. Names and numbers of events are passed over. @throws RangeError for a line
 * without end
 */
export function eventSource(): (bytes: Uint8Array) => string[] {
  const linesOf = lineReader();
  let data: string | undefined;
  return bytes => {
    const found: string[] = [];
    for (const line of linesOf(bytes)) {
      if (line !== '') data = withLine(data, line);
      else if (data !== undefined) {
        found.push(data);
        data = undefined;
      }
    }
    return found;
  };
}

function lineReader(): (bytes: Uint8Array) => string[] {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let decode = (bytes: Uint8Array): string => {
    const text = decoder.write(bytes as Buffer);
    if (text !== '') decode = more => decoder.write(more as Buffer);
    // A mark of the byte order may stand at the very beginning.
    return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  };
  return bytes => {
    const text = rest + decode(bytes);
    const lines: string[] = [];
    const hasReturns = text.includes('\r');
    let at = 0;
    for (let end = lineEnd(text, at, hasReturns); end >= 0; end = lineEnd(text, at, hasReturns)) {
      lines.push(text.slice(at, end));
      at = text.charCodeAt(end) === 13 && text.charCodeAt(end + 1) === 10 ? end + 2 : end + 1;
    }
    rest = at === 0 ? text : text.slice(at);
    if (rest.length > mostCharacters) throw new RangeError('a line has no end');
    return lines;
  };
}

/** Where a line ends; -1 if its end has not come. A return that comes last may be half of an end. */
function lineEnd(text: string, at: number, hasReturns: boolean): number {
  const feed = text.indexOf('\n', at);
  const carriage = hasReturns ? text.indexOf('\r', at) : -1;
  if (carriage < 0 || (feed >= 0 && feed < carriage)) return feed;
  return carriage === text.length - 1 ? -1 : carriage;
}

function withLine(data: string | undefined, line: string): string | undefined {
  if (!line.startsWith('data') || (line.length > 4 && line[4] !== ':')) return data;
  const value = line.slice(line[5] === ' ' ? 6 : 5);
  return data === undefined ? value : `${data}\n${value}`;
}
