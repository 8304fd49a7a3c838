import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { openTerminal } from '../terminal.ts';
import { styleMarks, withoutControls } from './shown-text.ts';

const hostile = [
  'a\u001b[31mb',
  'a\u001b]52;c;aGk=\u0007b',
  'a\u001b]8;;http://x\u001b\\b',
  'a\u001bPq#0\u001b\\b',
  'a\u001b[2K\u001b[1A\rb',
  'a\u009b31mb',
  'a\u0007\u0008b',
  'a\u001bcb',
  'a\u001b(0b',
  'a\u001b',
  'a\u001b[38;5;1',
  'a\u009d52;c;aGk=\u009cb',
];

it.each(hostile)('nothing that a terminal obeys is left of %j', text => {
  const shown = withoutControls(text);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  expect(shown).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
  expect(shown).toMatch(/^a/);
});

it('JSON stays what it is', () => {
  const value = { text: 'a\u001b[31m\u009b1m\u007f\n\u0000' };
  expect(JSON.parse(withoutControls(JSON.stringify(value)))).toEqual(value);
});

it('lines, tabs and letters of all scripts pass', () => {
  const text = 'a\tb\nç漢字עִברִית🙂 \u200f';
  expect(withoutControls(text)).toBe(text);
  expect(withoutControls('a\r\nb')).toBe('a\nb');
});

it('a text from outside bears no style, not even one of ours', () => {
  const [ours, others] = [styleMarks(), styleMarks()];
  const styled = ours.around('good \u001b[5mx', 32, 39);
  expect(ours.shown(styled)).toBe('\u001b[32mgood x\u001b[39m');
  expect(ours.shown(others.around('bad', 31, 39))).toBe('bad');
  expect(stripVTControlCharacters(styled)).toBe('good x');
});

it('every way of a terminal takes escapes away: result, notes, progress, questions', async () => {
  const written: string[] = [];
  const stream = { isTTY: true, columns: 80, write: (text: string) => written.push(text) } as never;
  const terminal = openTerminal({ stdout: stream, stderr: stream, env: {} });
  terminal.out(`${terminal.style.good('ok')}\u001b]0;title\u0007\n`);
  terminal.note('file\u001b[8m.txt');
  terminal.progress('reading \u001b[31mx\u001b[7m');
  terminal.clearProgress();
  const all = written.join('');
  expect(all).toContain('\u001b[32mok\u001b[39m\n');
  expect(all).not.toMatch(/title|\[8m|\[31m|\[7m/);
});

it('a long sequence without end takes time in proportion', () => {
  const begun = process.cpuUsage();
  withoutControls(`\u001b]${'x'.repeat(200_000)}`.repeat(5));
  withoutControls('\u001b['.repeat(300_000));
  expect(process.cpuUsage(begun).user / 1000).toBeLessThan(500);
});

it('the marks that turn letters around are shown as what they are', () => {
  expect(withoutControls('pay \u202e001\u202c now')).toBe('pay \\u202e001\u202c now');
});
