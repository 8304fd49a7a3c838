import type { Call } from '../../../src/index.ts';

type UserContent = Extract<Call['prompt'][number], { role: 'user' }>['content'];

/** Writes a call as a client of chat completions would. */
export function chatBody({
  prompt,
  tools,
  temperature,
  seed,
  maxOutputTokens,
  topP,
}: Call): object {
  return {
    messages: prompt.map(message =>
      message.role === 'user'
        ? { role: 'user', content: contentOf(message.content) }
        : { role: message.role, content: message.content },
    ),
    temperature,
    seed,
    top_p: topP,
    max_completion_tokens: maxOutputTokens,
    ...(tools && {
      tools: tools.flatMap(tool =>
        tool.type === 'function'
          ? [{ type: 'function', function: { name: tool.name, parameters: tool.inputSchema } }]
          : [],
      ),
    }),
  };
}

function contentOf(content: UserContent): object[] {
  return content.map(part => {
    if (part.type === 'text') return { type: 'text', text: part.text };
    const { data, filename, mediaType } = part;
    if (data.type !== 'text') return { type: 'text', text: '(a file that the exam does not send)' };
    const base64 = Buffer.from(data.text).toString('base64');
    return { type: 'file', file: { filename, file_data: `data:${mediaType};base64,${base64}` } };
  });
}
