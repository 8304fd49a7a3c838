import type { Call, Message } from '../../model/types.ts';

/** A tool that is a function of the caller's. */
export type FunctionTool = Extract<NonNullable<Call['tools']>[number], { type: 'function' }>;

/** How calls are written in a prompt. */
export interface CallWriting {
  /** Says how to call, before the list of tools. */
  readonly told: string;
  readonly write: (name: string, input: unknown) => string;
}

/**
 * Writes tools, calls and results into the prompt as text, for a model that is told how to call by
 * it alone.
 */
export function withToolsAsText(
  call: Call,
  tools: readonly FunctionTool[],
  { told, write }: CallWriting,
): Call {
  const listed = tools.map(
    ({ name, description, inputSchema }) =>
      `- ${name}${description ? `: ${description}` : ''} Input: ${JSON.stringify(inputSchema)}`,
  );
  const all = `${told}\n${listed.join('\n')}`;
  const [first, ...others] = call.prompt;
  const messages =
    first?.role === 'system'
      ? [{ ...first, content: `${first.content}\n\n${all}` }, ...others]
      : [{ role: 'system' as const, content: all }, ...call.prompt];
  return { ...call, prompt: messages.map(message => asText(message, write)) };
}

function asText(message: Message, write: CallWriting['write']): Message {
  if (message.role === 'tool') {
    const text = message.content
      .map(part =>
        part.type === 'tool-result' ? `Result of ${part.toolName}: ${outputOf(part.output)}` : '',
      )
      .join('\n');
    return { role: 'user', content: [{ type: 'text', text }] };
  }
  if (message.role !== 'assistant') return message;
  const text = message.content
    .map(part => {
      if (part.type === 'text') return part.text;
      return part.type === 'tool-call' ? write(part.toolName, part.input) : '';
    })
    .filter(each => each !== '')
    .join('\n');
  return { ...message, content: [{ type: 'text', text }] };
}

type ResultOutput = Extract<
  Extract<Message, { role: 'tool' }>['content'][number],
  { type: 'tool-result' }
>['output'];

function outputOf(output: ResultOutput): string {
  if (output.type === 'execution-denied') return output.reason ?? 'denied';
  return typeof output.value === 'string' ? output.value : JSON.stringify(output.value);
}
