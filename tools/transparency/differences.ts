/**
 * All that a plain model behind the gateway does otherwise than without it. What is not named here
 * reaches the other side as it was: values, and the text of arguments and answers byte for byte.
 */
import type { Said } from './said.ts';

export type Body = Record<string, unknown>;

/** One stated difference. */
export interface Difference {
  readonly name: string;
  readonly reason: string;
  /** What a request becomes. */
  readonly request?: (body: Body, isStream: boolean) => Body;
  /** Whether what is sent is another matter. */
  readonly frees?: (body: Body) => boolean;
  /** What an answer becomes. */
  readonly answer?: (
    said: Said,
    asked: { readonly isStream: boolean; readonly body: Body },
  ) => Said;
}

type Message = Readonly<Record<string, unknown>>;

const without = (body: Body, ...names: string[]): Body =>
  Object.fromEntries(Object.entries(body).filter(([key]) => !names.includes(key)));
const eachMessage = (change: (message: Message) => Message) => (body: Body) => ({
  ...body,
  messages: (body.messages as Message[]).map(change),
});

export const differences: readonly Difference[] = [
  {
    name: 'names of models',
    reason: 'A client names a role; its server has a name of its own for the model.',
    request: body => ({ ...body, model: `m-${body.model}` }),
  },
  {
    name: 'fields about the caller',
    reason: 'Who asks, and what is kept of it, is between the client and the gateway.',
    request: body =>
      without(body, 'user', 'metadata', 'store', 'safety_identifier', 'prompt_cache_key'),
  },
  {
    name: 'usage of streams',
    reason: 'What was used is counted in every run, whether its client asks or not.',
    request: (body, isStream) =>
      isStream ? { ...body, stream_options: { include_usage: true } } : without(body, 'stream'),
  },
  {
    name: 'what is not set',
    reason: 'Null, and an empty list of tools or calls, say nothing; some servers refuse them.',
    request: body => eachMessage(withoutNothing)(withoutNothing(withPlainSchema(body))),
  },
  {
    name: 'most tokens',
    reason: 'Servers that know one name of the limit alone know the older one.',
    request: ({ max_completion_tokens: most, ...body }) =>
      most === undefined ? body : { ...body, max_tokens: most },
  },
  {
    name: 'who instructs',
    reason: '`developer` is a name that few servers know; it means `system`.',
    request: eachMessage(message =>
      message.role === 'developer' ? { ...message, role: 'system' } : message,
    ),
  },
  {
    name: 'a single part of text',
    reason: 'Small servers take a text alone where there is nothing else.',
    request: eachMessage(message => {
      const { content } = message;
      const [only, ...others] = Array.isArray(content) ? (content as Message[]) : [];
      return only?.type === 'text' && others.length === 0
        ? { ...message, content: only.text }
        : message;
    }),
  },
  {
    name: 'forms of lists and texts',
    reason: 'One stop word is a list of one; a format of text is none.',
    request: body => {
      const { stop, response_format: format } = body as {
        stop?: unknown;
        response_format?: Message;
      };
      const listed = typeof stop === 'string' ? { ...body, stop: [stop] } : body;
      return format?.type === 'text' ? without(listed, 'response_format') : listed;
    },
  },
  {
    name: 'tools without parameters',
    reason: 'Templates of local models fail on a tool that has no schema.',
    request: body => ({
      ...body,
      ...(Array.isArray(body.tools) && { tools: (body.tools as Message[]).map(withParameters) }),
    }),
  },
  {
    name: 'demanded calls',
    reason: 'A model that its server does not hold to a demanded call is held to it by a schema.',
    frees: ({ tool_choice: choice }) =>
      choice !== undefined && choice !== 'auto' && choice !== 'none',
  },
  {
    name: 'ends of answers',
    reason: 'A word of the server’s own is put in OpenAI’s, and what was called says so.',
  },
  {
    name: 'thoughts',
    reason: 'Thinking stands in `reasoning_content`, by whatever name or tags it came.',
  },
  {
    name: 'inputs of calls',
    reason: 'No input is `{}`, no name is that of the tool meant; ids are its own, and signed.',
  },
  {
    name: 'refusals of servers',
    reason:
      'A message is cleaned of keys and says what to do; a server in trouble is 502, 503 or 529.',
  },
  {
    name: 'what Tandem says',
    reason: 'The `tandem` object, ids and headers; `usage` is whole, and last in streams that ask.',
    answer: (said, { isStream, body }) => {
      const asks = (body.stream_options as { include_usage?: boolean } | undefined)?.include_usage;
      return isStream && !asks ? { ...said, usage: null } : said;
    },
  },
];

function withoutNothing(value: Body): Body {
  return Object.fromEntries(
    Object.entries(value).filter(([key, each]) => {
      const isEmptyList = Array.isArray(each) && each.length === 0;
      if (isEmptyList && (key === 'tools' || key === 'tool_calls')) return false;
      return each !== null || (key === 'content' && 'tool_calls' in value);
    }),
  );
}

function withPlainSchema(body: Body): Body {
  const { response_format: format } = body as { response_format?: { json_schema?: Body } };
  if (!format?.json_schema) return body;
  return {
    ...body,
    response_format: { ...format, json_schema: withoutNothing(format.json_schema) },
  };
}

function withParameters(tool: Message): Message {
  const { description, ...known } = tool.function as Body;
  const parameters = known.parameters ?? { type: 'object', properties: {} };
  return {
    ...tool,
    function: { ...known, ...(description ? { description } : {}), parameters },
  };
}
