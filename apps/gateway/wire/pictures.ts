/** Pictures and sounds: those of answers, and what a request says of sounds. */
import type { Answer, StreamPart } from '../../../src/index.ts';
import { invalid } from './problem.ts';

type Part = StreamPart | Answer['content'][number];

/** Where a picture of an answer is: at its address, or in one that holds it. */
export function pictureUrl(part: Part): string | undefined {
  if (part.type !== 'file' || !part.mediaType.startsWith('image')) return undefined;
  const { data, mediaType } = part;
  return data.type === 'url' ? String(data.url) : `data:${mediaType};base64,${base64Of(data)}`;
}

function base64Of({ data }: { readonly data: string | Uint8Array }): string {
  return typeof data === 'string' ? data : Buffer.from(data).toString('base64');
}

/** A sound as the messages of OpenAI's models that speak hold it. */
export function chatSound(part: Part) {
  if (part.type !== 'file' || !part.mediaType.startsWith('audio')) return undefined;
  const { data, providerMetadata } = part;
  if (data.type === 'url') return undefined;
  const about = (providerMetadata?.leaf?.sound ?? {}) as { readonly transcript?: string };
  const id = `audio_${crypto.randomUUID()}`;
  return { id, expires_at: 0, transcript: '', ...about, data: base64Of(data) };
}

/** The sound that a request asks for, beside text or alone. */
export function soundWish({ audio, modalities }: Readonly<Record<string, unknown>>): object {
  if (!audio && !String(modalities).includes('audio')) return {};
  return { ...(modalities ? { modalities } : {}), ...(audio ? { audio } : {}) };
}

/** Refuses to give nothing but a sound, of which a pattern could judge nothing. @throws Problem */
export function refuseSoundAlone({ modalities }: Readonly<Record<string, unknown>>): void {
  if (String(modalities) !== 'audio') return;
  throw invalid(
    '`modalities` asks for a sound alone, and gets none here. Ask a model, in chat, or add "text".',
    'modalities',
  );
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
