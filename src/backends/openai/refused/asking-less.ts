/** Copies of a call that ask for less, for servers that have refused more. */
import { strictFault } from '../../../algorithms/strict-schema.ts';
import type { Wishes } from '../../../model/leaf/wishes.ts';
import type { Call, JsonSchema, Prompt } from '../../../model/types.ts';

/** What of a call our client is told beside the call itself, under our own key. */
interface LeafOptions extends Wishes {
  /** Fields of the body that the server is known to refuse. */
  readonly without?: readonly string[];
  /** Whether the schema was moved into the prompt. */
  readonly isSchemaInPrompt?: boolean;
}

const key = 'leaf';

/** Reads what our client is told of a call. */
export function leafOptionsOf(call: Call): LeafOptions {
  return (call.providerOptions?.[key] ?? {}) as LeafOptions;
}

function withLeafOptions(call: Call, more: LeafOptions): Call {
  const own = { ...call.providerOptions?.[key], ...(more as Record<string, never>) };
  return { ...call, providerOptions: { ...call.providerOptions, [key]: own } };
}

/** The schema that a call asks for. */
export function schemaOf({ responseFormat }: Call): JsonSchema | undefined {
  return responseFormat?.type === 'json' ? responseFormat.schema : undefined;
}

/**
 * Whether a schema is demanded to the letter: as the caller says, else wherever the rules of strict
 * outputs are kept. `undefined` leaves it to the server.
 */
export function strictnessOf(call: Call, said: unknown): boolean | undefined {
  const { strictSchema } = leafOptionsOf(call);
  if (strictSchema !== undefined) return strictSchema ?? undefined;
  if (typeof said === 'boolean') return said;
  return strictFault(schemaOf(call)) === undefined;
}

/** Asks for a schema that is not demanded to the letter. */
export function askingLoosely(call: Call): Call {
  return withLeafOptions(call, { strictSchema: false });
}

/** Asks for tools whose schemas are not demanded to the letter. */
export function withLooseTools(call: Call): Call {
  const tools = call.tools?.map(tool =>
    tool.type === 'function' && tool.strict ? { ...tool, strict: false } : tool,
  );
  return tools ? { ...call, tools } : call;
}

/** Puts the schema of a call into its prompt, and asks for JSON of any form. */
export function schemaInPrompt(call: Call): Call {
  const schema = schemaOf(call);
  if (schema === undefined) return call;
  const wanted = `Reply with JSON alone, that fits this JSON Schema:\n${JSON.stringify(schema)}`;
  const asked = { ...call, prompt: toldTo(call.prompt, wanted), responseFormat: json };
  return withLeafOptions(asked, { isSchemaInPrompt: true });
}

const json = { type: 'json' as const };

/** Asks by the prompt alone. */
export function withoutFormat(call: Call): Call {
  const { responseFormat, ...plain } = schemaInPrompt(call);
  if (responseFormat?.type !== 'json') return call;
  if (leafOptionsOf(plain).isSchemaInPrompt) return plain;
  const prompt = toldTo(plain.prompt, 'Reply with JSON alone.');
  return withLeafOptions({ ...plain, prompt }, { isSchemaInPrompt: true });
}

function toldTo(prompt: Prompt, wanted: string): Prompt {
  const [first, ...others] = prompt;
  return first?.role === 'system'
    ? [{ ...first, content: `${first.content}\n\n${wanted}` }, ...others]
    : [{ role: 'system', content: wanted }, ...prompt];
}

/** Leaves a field of the body out. */
export function withoutField(call: Call, field: string): Call {
  const { without = [] } = leafOptionsOf(call);
  return without.includes(field) ? call : withLeafOptions(call, { without: [...without, field] });
}

/** Puts what stands in system messages before the first words of the user. */
export function systemInUserTurn(call: Call): Call {
  const system = call.prompt.flatMap(each => (each.role === 'system' ? [each.content] : []));
  if (system.length === 0) return call;
  const rest = call.prompt.filter(({ role }) => role !== 'system');
  const at = rest.findIndex(({ role }) => role === 'user');
  const told = { type: 'text' as const, text: system.join('\n\n') };
  const user = rest[at];
  if (user?.role !== 'user')
    return { ...call, prompt: [{ role: 'user', content: [told] }, ...rest] };
  const [first, ...others] = user.content;
  const content =
    first?.type === 'text'
      ? [{ ...first, text: `${told.text}\n\n${first.text}` }, ...others]
      : [told, ...user.content];
  return { ...call, prompt: rest.with(at, { ...user, content }) };
}
