// Of texts alone, where the name says more than the bytes.
const mediaTypeByExtension: Readonly<Record<string, string>> = {
  '.md': 'text/markdown',
  '.markdown': 'text/markdown',
  '.csv': 'text/csv',
  '.tsv': 'text/tab-separated-values',
  '.tab': 'text/tab-separated-values',
  '.json': 'application/json',
  '.jsonl': 'application/jsonl',
  '.ndjson': 'application/jsonl',
  '.html': 'text/html',
  '.htm': 'text/html',
  '.xhtml': 'application/xhtml+xml',
  '.xml': 'text/xml',
  '.nxml': 'text/xml',
};

/** Tells the media type of a text by the ending of its name; plain text where that says nothing. */
export function mediaTypeByName(name: string): string {
  const ending = /\.[a-z0-9]+$/i.exec(name)?.[0].toLowerCase() ?? '';
  return mediaTypeByExtension[ending] ?? 'text/plain';
}
