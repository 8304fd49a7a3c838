import type { Call, Message } from '../../types.ts';
import { masksNothing, textFile } from './text-file.ts';

/** Gives what stands for a text. `beside` is what it is called, such as the key of a field. */
export interface TextMap {
  one(text: string, beside?: string): string;
  /**
   * What was said, in texts that follow each other at once: a value may begin in one and end in the
   * next, also in the next row.
   */
  row(texts: readonly string[]): readonly string[];
}

// A call has no reason to nest deeper; bodies that clients send are held to less.
const deepest = 200;

/**
 * Maps every text of a call: keys, numbers and strings of any field. The words of the protocol
 * itself stay, which are known by their place; headers go.
 * @throws TandemError `egress_denied` for a file that is no text, and for what nests too deep
 */
export function mapTexts({ abortSignal, headers: _headers, ...call }: Call, map: TextMap): Call {
  // The AI SDK hands on every field, most of them undefined.
  const given = Object.entries(call).filter(([, value]) => value !== undefined && value !== null);
  const mapped = given.map(([field, value]) => [
    field,
    fields[field]?.(value, map) ?? settingOf(value, map),
  ]);
  return { ...(Object.fromEntries(mapped) as Call), ...(abortSignal && { abortSignal }) };
}

type MapField = (value: unknown, map: TextMap) => unknown;

const fields: Readonly<Record<string, MapField>> = {
  prompt: (prompt, map) => (prompt as readonly Message[]).map(message => mapMessage(message, map)),
  tools: (tools, map) => (tools as readonly object[]).map(tool => mapTyped(tool, map)),
  toolChoice: (choice, map) => mapTyped(choice as object, map),
  responseFormat: (format, map) => mapTyped(format as object, map),
  providerOptions: (options, map) => mapOptions(options as object, map),
};

// A setting is a number or a word of the protocol; lists and objects hold words of the user.
function settingOf(value: unknown, map: TextMap): unknown {
  return typeof value === 'number' ? value : mapValue(value, { map, depth: 0 });
}

function mapMessage(message: Message, map: TextMap): unknown {
  const { role, content, ...rest } = message;
  const mapped = typeof content === 'string' ? map.row([content])[0] : mapParts(content, map);
  return { role, content: mapped, ...mapFields(rest, map) };
}

function mapParts(parts: readonly object[], map: TextMap): unknown[] {
  const mapped: unknown[] = [];
  for (let at = 0; at < parts.length; ) {
    let end = at;
    while (isTextPart(parts[end])) end++;
    if (end > at) {
      const row = parts.slice(at, end) as TextLike[];
      const texts = map.row(row.map(({ text }) => text));
      for (const [index, { text: _text, ...rest }] of row.entries())
        mapped.push({ ...(mapTyped(rest, map) as object), text: texts[index] });
      at = end;
    } else mapped.push(mapTyped(parts[at++]!, map));
  }
  return mapped;
}

interface TextLike {
  readonly type: 'text' | 'reasoning';
  readonly text: string;
}

function isTextPart(part: object | undefined): part is TextLike {
  return (
    part !== undefined &&
    /^(?:text|reasoning)$/.test((part as { type?: string }).type ?? '') &&
    typeof (part as Partial<TextLike>).text === 'string'
  );
}

// Parts, tools, formats and choices say in `type` what they are.
function mapTyped(value: object, map: TextMap): unknown {
  const file = textFile(value);
  if (file) {
    const { data: _data, mediaType, type, ...rest } = file.part;
    return {
      type,
      mediaType,
      ...mapFields(rest, map),
      data: { type: 'text', text: map.one(file.text) },
    };
  }
  const { type, output, ...rest } = value as { type?: unknown; output?: unknown };
  return {
    ...(type !== undefined && { type }),
    ...mapFields(rest, map),
    ...(output !== undefined && { output: mapOutput(output, map) }),
  };
}

function mapOutput(output: unknown, map: TextMap): unknown {
  if (typeof output !== 'object' || output === null) return mapValue(output, { map, depth: 0 });
  const { type, value, ...rest } = output as { type?: unknown; value?: unknown };
  return {
    ...(type !== undefined && { type }),
    ...mapFields(rest, map),
    ...(value !== undefined && {
      value:
        type === 'content' && Array.isArray(value)
          ? mapParts(value as object[], map)
          : typeof value === 'string'
            ? map.row([value])[0]
            : mapValue(value, { map, depth: 0 }),
    }),
  };
}

// The names of its fields are the protocol's, and so are those of providers and their options.
function mapFields(value: object, map: TextMap): object {
  const mapped = Object.entries(value).map(([key, inner]) => [
    key,
    key === 'providerOptions' && inner
      ? mapOptions(inner, map)
      : mapValue(inner, { map, depth: 0 }),
  ]);
  return Object.fromEntries(mapped);
}

function mapOptions(options: object, map: TextMap): object {
  return Object.fromEntries(
    Object.entries(options).map(([provider, own]) => [
      provider,
      typeof own === 'object' && own !== null && !Array.isArray(own)
        ? mapFields(own, map)
        : mapValue(own, { map, depth: 0 }),
    ]),
  );
}

interface ValueStanding {
  readonly map: TextMap;
  readonly depth: number;
  readonly beside?: string;
}

const schemaTypes = new Set([
  'object',
  'array',
  'string',
  'number',
  'integer',
  'boolean',
  'null',
  'function',
]);

function mapValue(value: unknown, { map, depth, beside }: ValueStanding): unknown {
  if (typeof value === 'string') {
    return beside === 'type' && schemaTypes.has(value) ? value : map.one(value, beside);
  }
  if (typeof value === 'number') return mapNumber(value, map, beside);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > deepest)
    throw masksNothing(`What nests deeper than ${deepest} levels is not checked.`);
  if (value instanceof Uint8Array || value instanceof URL)
    throw masksNothing('A file that is not text cannot be checked.');
  if (Array.isArray(value))
    return value.map(each => mapValue(each, { map, depth: depth + 1, ...(beside && { beside }) }));
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      map.one(key),
      mapValue(inner, { map, depth: depth + 1, beside: key }),
    ]),
  );
}

// Below four digits a number says nothing of anybody.
function mapNumber(value: number, map: TextMap, beside: string | undefined): unknown {
  if (Math.abs(value) < 1000 && Number.isInteger(value)) return value;
  const text = String(value);
  const mapped = map.one(text, beside);
  return mapped === text ? value : mapped;
}
