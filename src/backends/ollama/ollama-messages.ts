/** The messages of a prompt in the words of Ollama's protocol. */
import { exactJson } from '../../algorithms/text/written/exact-json.ts';
import { TandemError } from '../../model/errors.ts';
import { inputAsWritten } from '../../model/leaf/written-input.ts';
import type { FilePart, Message, Warning } from '../../model/types.ts';

type WireMessage = Record<string, unknown>;
type OllamaParts = Exclude<Message['content'], string>;
type OllamaCall = Extract<OllamaParts[number], { type: 'tool-call' }>;
type OllamaToolOutput = Extract<OllamaParts[number], { type: 'tool-result' }>['output'];

/**
 * Writes a message; that of a tool becomes one for every result. @throws TandemError `model_failed`
 * of kind `rejected` for a picture that is only named
 */
export function wireMessages(message: Message, warnings: Warning[]): WireMessage[] {
  if (message.role === 'system') return [{ role: 'system', content: message.content }];
  if (message.role === 'tool')
    return message.content.flatMap(part =>
      part.type === 'tool-result'
        ? [{ role: 'tool', tool_name: part.toolName, ...resultOf(part.output, warnings) }]
        : [],
    );
  const files = (message.content as OllamaParts).filter(part => part.type === 'file');
  const images = files.flatMap(part => imageOf(part, warnings));
  const calls = (message.content as OllamaParts).flatMap(part =>
    part.type === 'tool-call' ? [callOf(part, warnings)] : [],
  );
  return [
    {
      role: message.role,
      content: joinText(message.content),
      ...(images.length > 0 && { images }),
      ...(calls.length > 0 && { tool_calls: calls }),
    },
  ];
}

// Ollama takes an object alone; long numbers keep their digits in it.
function callOf(part: OllamaCall, warnings: Warning[]): WireMessage {
  const written = inputAsWritten(part);
  const input = (written === undefined ? undefined : exactJson(written)) ?? part.input;
  const isObject = typeof input === 'object' && input !== null && !Array.isArray(input);
  if (!isObject) {
    const details = 'Ollama takes an object alone: the call goes without its input.';
    warnings.push({ type: 'unsupported', feature: `input of a call of ${part.toolName}`, details });
  }
  return { function: { name: part.toolName, arguments: isObject ? input : {} } };
}

function resultOf(output: OllamaToolOutput, warnings: Warning[]): WireMessage {
  if (output.type === 'content') {
    const texts = output.value.flatMap(part => (part.type === 'text' ? [part.text] : []));
    const images = output.value.flatMap(part =>
      part.type === 'file' ? imageOf(part, warnings) : [],
    );
    return { content: texts.join('\n'), ...(images.length > 0 && { images }) };
  }
  const content = 'value' in output ? output.value : (output.reason ?? 'denied');
  return { content: typeof content === 'string' ? content : JSON.stringify(content) };
}

function joinText(content: OllamaParts): string {
  return content
    .map(part => (part.type === 'text' ? part.text : textFileOf(part)))
    .filter(text => text !== '')
    .join('\n');
}

function textFileOf(part: OllamaParts[number]): string {
  return part.type === 'file' && part.data.type === 'text' ? part.data.text : '';
}

function imageOf({ data, mediaType }: Pick<FilePart, 'data' | 'mediaType'>, warnings: Warning[]) {
  if (data.type === 'text') return [];
  const isImage = mediaType.startsWith('image');
  if (isImage && data.type === 'data') {
    const { data: bytes } = data;
    return [typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('base64')];
  }
  if (isImage) throw onlyNamed(data.type);
  warnings.push({
    type: 'unsupported',
    feature: `file of type ${mediaType}`,
    details: 'Ollama reads images and text.',
  });
  return [];
}

// Without the picture the model would answer from nothing.
function onlyNamed(by: string): TandemError {
  const message = `Ollama fetches no pictures, and one is given by ${by}. Give its data.`;
  const name = 'messages';
  const data = { attempts: 0, status: 400, failure: 'rejected', name, serverParam: name };
  return new TandemError('model_failed', message, { data });
}
