import { expect, it } from 'vitest';
import { parseFile } from './parse-document.ts';
import { markupOf } from './sniff.ts';

it.each([
  ['<?xml version="1.0"?><!-- a page --> <!doctype html><html>', 'html'],
  ['<!-- a --><!-- > b --><html lang="en">', 'html'],
  ['<?xml version="1.0"?><note/>', 'xml'],
  ['<p>', undefined],
])('%s is %s', (text, kind) => {
  expect(markupOf(text)).toBe(kind);
});

it('hundreds of comments before nothing take no time', () => {
  const before = process.cpuUsage();
  expect(markupOf('<!---->'.repeat(600))).toBe(undefined);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(500);
});

it.each([
  ['<?xml version="1.0"?><!DOCTYPE article PUBLIC "x" "y.dtd"><article><p>A</p></article>', 'xml'],
  ['<?xml version="1.0"?><invoice><total>12</total></invoice>', 'xml'],
  ['<?xml version="1.0"?><article><p>A</p></article>', 'html'],
  ['<?xml version="1.0"?><!DOCTYPE html><html><p>A</p></html>', 'html'],
])('a file called .html is what it says of itself: %s', async (text, kind) => {
  const bytes = new TextEncoder().encode(text);
  const parsed = await parseFile({ bytes, title: 'a.html', mediaType: 'text/html' });
  expect(parsed.mediaType).toBe(`text/${kind}`);
});
