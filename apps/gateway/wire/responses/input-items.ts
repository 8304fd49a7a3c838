import type { ResponseRequest } from './response-request.ts';

/**
 * Writes the input of a request as items with ids, as lists of them show it; `hex` is of the
 * response or conversation that holds them, from which their label is found again.
 */
export function inputItems(
  { input }: Pick<ResponseRequest, 'input'>,
  hex: string,
  before = 0,
): object[] {
  const items = typeof input === 'string' ? [{ role: 'user', content: input }] : input;
  return items.map((item, index) => {
    const {
      type = 'message',
      id,
      content,
    } = item as {
      type?: string;
      id?: unknown;
      content?: unknown;
    };
    const isText = type === 'message' && typeof content === 'string';
    const text = (item as { role?: string }).role === 'assistant' ? 'output_text' : 'input_text';
    return {
      ...item,
      type,
      id: typeof id === 'string' ? id : `${prefixOf(type)}_${hex}_in${before + index}`,
      ...(type === 'message' && { status: 'completed' }),
      ...(isText && { content: [{ type: text, text: content }] }),
    };
  });
}

function prefixOf(type: string): string {
  if (type === 'message') return 'msg';
  if (type === 'function_call') return 'fc';
  return type === 'reasoning' ? 'rs' : 'item';
}
