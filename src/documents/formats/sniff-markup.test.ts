import { expect, it } from 'vitest';
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
