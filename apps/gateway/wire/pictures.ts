import type { Answer, StreamPart } from '../../../src/index.ts';

/** Where a picture of an answer is: at its address, or in one that holds it. */
export function pictureUrl(part: StreamPart | Answer['content'][number]): string | undefined {
  if (part.type !== 'file' || !part.mediaType.startsWith('image')) return undefined;
  const { data, mediaType } = part;
  if (data.type === 'url') return String(data.url);
  const text =
    typeof data.data === 'string' ? data.data : Buffer.from(data.data).toString('base64');
  return `data:${mediaType};base64,${text}`;
}

/** A picture as servers whose models draw write it beside the text of a message. */
export function chatPicture(url: string, index: number) {
  return { type: 'image_url', image_url: { url }, index };
}

/** A picture as an item of a response: its bytes, or its address. */
export function pictureItem(id: string, url: string) {
  const isHeld = url.startsWith('data:');
  return {
    id,
    type: 'image_generation_call',
    status: 'completed',
    result: isHeld ? url.slice(url.indexOf(',') + 1) : null,
    ...(!isHeld && { url }),
  };
}
