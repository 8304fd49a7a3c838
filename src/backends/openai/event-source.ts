import { createParser } from 'eventsource-parser';

// A line that is longer belongs to no stream of an answer.
const mostCharacters = 16_777_216;

/**
 * Reads server-sent events: takes bytes as they come, cut anywhere, and returns the data of the
 * events that are whole by then. Names and numbers of events are passed over. @throws RangeError
 * for a line without end
 */
export function eventSource(): (bytes: Uint8Array) => string[] {
  const decoder = new TextDecoder();
  let found: string[] = [];
  const parser = createParser({
    maxBufferSize: mostCharacters,
    onEvent: ({ data }) => void found.push(data),
    onError({ type }) {
      if (type === 'max-buffer-size-exceeded') throw new RangeError('a line has no end');
    },
  });
  return bytes => {
    found = [];
    parser.feed(decoder.decode(bytes, { stream: true }));
    return found;
  };
}
