import { createParser } from 'eventsource-parser';

// A line that is longer belongs to no stream of an answer.
const mostCharacters = 16_777_216;

/** Reads server-sent events. */
export interface EventSource {
  /** Takes bytes as they come, cut anywhere; returns the data of the events that are whole. */
  read(bytes: Uint8Array): string[];
  /** At the end: the answer of a server that sent one document in place of events. */
  rest(): string[];
}

/**
 * Makes a reader of server-sent events. Numbers of events are passed over; what an event named
 * `error` says comes as an error. @throws RangeError for a line without end
 */
export function eventSource(): EventSource {
  const decoder = new TextDecoder();
  let found: string[] = [];
  let isDocument: boolean | undefined;
  let document = '';
  const parser = createParser({
    maxBufferSize: mostCharacters,
    onEvent: ({ event, data }) => {
      if (event === undefined || event === 'message') found.push(data);
      else if (event === 'error') found.push(asError(data));
      // What is kept alive by words is no chunk.
      else if (/^\s*[{[]/.test(data)) found.push(data);
    },
    onError({ type }) {
      if (type === 'max-buffer-size-exceeded') throw new RangeError('a line has no end');
    },
  });
  return {
    read(bytes) {
      found = [];
      const text = decoder.decode(bytes, { stream: true });
      if (isDocument === undefined && text.trim() !== '') isDocument = /^\s*\{/.test(text);
      if (isDocument) {
        document += text;
        if (document.length > mostCharacters) throw new RangeError('a line has no end');
      } else parser.feed(text);
      return found;
    },
    rest: () => (document === '' ? [] : [document]),
  };
}

function asError(data: string): string {
  let said: unknown = data;
  try {
    said = JSON.parse(data);
  } catch {
    // Plain words are an error too.
  }
  const isWrapped = typeof said === 'object' && said !== null && 'error' in said;
  return isWrapped ? data : JSON.stringify({ error: said });
}
