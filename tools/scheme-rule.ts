import type { SourceFile, Violation } from './structure-rules.ts';

/** Where code may know which backend it holds: a backend's own folder, and tests. */
const own = /^src\/backends\/(?!diagnosis\/)[^/]+\/|\.test\.ts$/;
const name = String.raw`(?:[\w$]+\??\.)*scheme(?:\.name)?`;
const literal = String.raw`['"\`]`;
const questions = new RegExp(
  [
    String.raw`\b${name}\s*[!=]==?\s*${literal}`,
    String.raw`${literal}\s*[!=]==?\s*${name}\b`,
    String.raw`\]\s*\.includes\(\s*${name}\s*\)`,
    String.raw`\bswitch\s*\(\s*${name}\s*\)`,
  ].join('|'),
  'g',
);

/** Finds code that asks which backend it holds; what differs belongs into the backend's record. */
export function checkSchemes({ path, text }: SourceFile): Violation[] {
  if (!/^(?:src|apps|bench|evals|examples)\//.test(path) || own.test(path)) return [];
  return [...text.matchAll(questions)].map(({ index }) => ({
    path,
    line: text.slice(0, index).split('\n').length,
    rule: 'no code asks which backend it holds; put what differs into the record of the backend',
  }));
}
