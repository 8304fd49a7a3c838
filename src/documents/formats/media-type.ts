import kinds from './kinds.json' with { type: 'json' };

// Of texts alone, where the name says more than the bytes.
const mediaTypeByExtension: Readonly<Record<string, string>> = kinds.texts;

/** Tells the media type of a text by the ending of its name; plain text where that says nothing. */
export function mediaTypeByName(name: string): string {
  const ending = /\.[a-z0-9]+$/i.exec(name)?.[0].toLowerCase() ?? '';
  return mediaTypeByExtension[ending] ?? 'text/plain';
}
