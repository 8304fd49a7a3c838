import { expect, it } from 'vitest';
import { parseFile } from './parse-document.ts';

const read = async (text: string, mediaType: string) =>
  (await parseFile({ bytes: Buffer.from(text), title: 'a', mediaType })).text;

it.each([
  ['a,"two\r\n lines",c\n1,2,3\n', 'a,"two lines",c\n1,2,3\n'],
  ['a;"say ""x""\nhere"\n', 'a;"say ""x"" here"\n'],
  ['a,5" pipe\nb,6" pipe\n', 'a,5" pipe\nb,6" pipe\n'],
  ['"open, and never closed\nb,c\n', '"open, and never closed\nb,c\n'],
])('a row of CSV is a line: %j', async (given, wanted) => {
  expect(await read(given, 'text/csv')).toBe(wanted);
  expect(await read(given, 'text/plain')).toBe(given);
});
