import type { Call, Label } from '../../../src/index.ts';

type Message = Call['prompt'][number];
type PartOf<Role> = Exclude<Extract<Message, { role: Role }>['content'], string>[number];
type Field = (call: Call, text: string) => Call;

const called = { toolCallId: 'c1', toolName: 'read' };
const call1 = { type: 'tool-call' as const, ...called, input: {} };

function before(...messages: Message[]): Field {
  return call => ({ ...call, prompt: [...messages, ...call.prompt] });
}

function assistant(part: (text: string) => PartOf<'assistant'>): Field {
  return (call, text) => before({ role: 'assistant', content: [part(text)] })(call, text);
}

function toolGave(output: (text: string) => object): Field {
  return (call, text) => {
    const result = { type: 'tool-result', ...called, output: output(text) };
    return before(
      { role: 'assistant', content: [call1] },
      { role: 'tool', content: [result as unknown as PartOf<'tool'>] },
    )(call, text);
  };
}

/** Text by the role whose message it is in; a new role without a case does not compile. */
const byRole: Readonly<Record<Message['role'], Field>> = {
  system: (call, text) => before({ role: 'system', content: `Know: ${text}` })(call, text),
  user: (call, text) => before({ role: 'user', content: [{ type: 'text', text }] })(call, text),
  assistant: assistant(text => ({ type: 'text', text })),
  tool: toolGave(text => ({ type: 'text', value: text })),
};

/** Text by the kind of part it is in. */
const byPart: Readonly<Record<PartOf<'assistant'>['type'], Field>> = {
  text: assistant(text => ({ type: 'text', text: `I read: ${text}` })),
  reasoning: assistant(text => ({ type: 'reasoning', text })),
  file: assistant(text => ({
    type: 'file',
    mediaType: 'text/plain',
    filename: 'a.txt',
    data: { type: 'data', data: Buffer.from(text).toString('base64') },
  })),
  'reasoning-file': assistant(text => ({
    type: 'reasoning-file',
    mediaType: 'text/plain',
    data: { type: 'data', data: Buffer.from(text) },
  })),
  custom: assistant(text => ({
    type: 'custom',
    kind: 'test.note',
    providerOptions: { test: { text } },
  })),
  'tool-call': assistant(text => ({ ...call1, input: { path: text, nested: { [text]: 1 } } })),
  'tool-result': assistant(text => ({
    type: 'tool-result',
    ...called,
    output: { type: 'json', value: { [text]: JSON.stringify({ text }) } },
  })),
};

/** Text by the field of the call it is in; what holds no text says so. */
const byField: Readonly<Record<keyof Call, Field | 'no text'>> = {
  prompt: (call, text) => ({
    ...call,
    prompt: call.prompt.map(message =>
      message.role === 'user'
        ? {
            ...message,
            content: [...message.content, { type: 'text' as const, text: `So: ${text}` }],
          }
        : message,
    ),
  }),
  tools: (call, text) => ({
    ...call,
    tools: [{ type: 'function', name: 'f', description: text, inputSchema: { title: text } }],
  }),
  toolChoice: (call, text) => ({ ...call, toolChoice: { type: 'tool', toolName: text } }),
  responseFormat: (call, text) => ({
    ...call,
    responseFormat: {
      type: 'json',
      schema: { type: 'object', properties: { [text]: { type: 'string', description: text } } },
    },
  }),
  stopSequences: (call, text) => ({ ...call, stopSequences: [text] }),
  providerOptions: (call, text) => ({
    ...call,
    providerOptions: { ...call.providerOptions, openai: { user: text, metadata: { note: text } } },
  }),
  headers: (call, text) => ({ ...call, headers: { 'x-note': text.replace(/\s+/g, ' ') } }),
  includeRawChunks: 'no text',
  reasoning: 'no text',
  maxOutputTokens: 'no text',
  temperature: 'no text',
  topP: 'no text',
  topK: 'no text',
  presencePenalty: 'no text',
  frequencyPenalty: 'no text',
  seed: 'no text',
  abortSignal: 'no text',
};

const more: Readonly<Record<string, Field>> = {
  'nothing more': call => call,
  'id of a tool call': assistant(text => ({ ...call1, toolCallId: text })),
  'name of a tool': assistant(text => ({ ...call1, toolName: text })),
  'pieces of a result': toolGave(text => ({
    type: 'content',
    value: text.split(' ').map(word => ({ type: 'text', text: word })),
  })),
  'file of a result': toolGave(text => ({
    type: 'content',
    value: [{ type: 'file', mediaType: 'text/csv', data: { type: 'text', text } }],
  })),
  'error of a tool': toolGave(text => ({ type: 'error-text', value: text })),
  'options of a message': (call, text) =>
    before({
      role: 'assistant',
      content: [{ type: 'text', text: 'Yes.' }],
      providerOptions: { other: { note: text } },
    })(call, text),
  'name of a file': (call, text) => ({
    ...call,
    prompt: call.prompt.map(message =>
      message.role === 'user'
        ? {
            ...message,
            content: message.content.map(part =>
              part.type === 'file' ? { ...part, filename: text } : part,
            ),
          }
        : message,
    ),
  }),
};

/** Every place of a call in which a text can stand, by name. */
export const fields: Readonly<Record<string, Field>> = {
  ...more,
  ...Object.fromEntries(Object.entries(byRole).map(([role, field]) => [`role ${role}`, field])),
  ...Object.fromEntries(Object.entries(byPart).map(([type, field]) => [`part ${type}`, field])),
  ...Object.fromEntries(
    Object.entries(byField).flatMap(([key, field]) =>
      field === 'no text' ? [] : [[`field ${key}`, field]],
    ),
  ),
};

type Labelled = (call: Call, text: string, label: Label) => Call;
const bearing = (label: Label) => ({ providerOptions: { tandem: { label } } });

function resultBearing(output: object, more: object = {}): Field {
  const result = { type: 'tool-result', ...called, output, ...more };
  return before(
    { role: 'assistant', content: [call1] },
    { role: 'tool', content: [result as unknown as PartOf<'tool'>], ...bearing('cloud-allowed') },
  );
}

/** Every place in which a call can bear a label, with the text that it is about. */
export const labelledFields: Readonly<Record<string, Labelled>> = {
  'label of a result': (call, text, label) =>
    resultBearing({ type: 'text', value: text }, bearing(label))(call, text),
  'label of what a result holds': (call, text, label) =>
    resultBearing({ type: 'text', value: text, ...bearing(label) })(call, text),
  'label of a piece of a result': (call, text, label) =>
    resultBearing({
      type: 'content',
      value: [{ type: 'text', text, ...bearing(label) }],
    })(call, text),
  'label of a tool': (call, text, label) => ({
    ...call,
    tools: [{ type: 'function', name: 'f', description: text, inputSchema: {}, ...bearing(label) }],
  }),
  'label of a message': (call, text, label) =>
    before({ role: 'user', content: [{ type: 'text', text }], ...bearing(label) })(call, text),
  'label of a part': (call, text, label) =>
    before({ role: 'assistant', content: [{ type: 'text', text, ...bearing(label) }] })(call, text),
  'label of the call': (call, text, label) => ({
    ...before({ role: 'assistant', content: [{ type: 'text', text }] })(call, text),
    ...bearing(label),
  }),
};
