// Evidence as a page for a browser: each answer, and below it the page of the report with the words
// marked that it rests on.
import type { Document } from 'tandem/runs';
import { type Citation, placeOf } from '../job/citations.ts';
import type { Read } from './analyst.ts';

const around = 700;

/** Writes answers with their evidence, opened. */
export function evidenceHtml(
  report: Document,
  answers: readonly (readonly [question: string, read: Read])[],
): string {
  const parts = answers.map(
    ([question, { text, cited, unsupported }]) =>
      `<section><h2>${escaped(question)}</h2><p>${escaped(text)}</p>` +
      unsupported.map(each => `<p><b>Nothing says:</b> ${escaped(each)}</p>`).join('') +
      `${cited.map(citation => opened(report, citation)).join('')}</section>`,
  );
  return (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Evidence</title><style>' +
    'body{font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}' +
    'pre{white-space:pre-wrap;background:#f4f4f0;padding:1rem;border-radius:.5rem}' +
    `mark{background:#ffe27a}</style><h1>${escaped(report.title)}</h1>${parts.join('')}</html>\n`
  );
}

function opened({ text }: Document, citation: Citation): string {
  const { start, quote, id } = citation;
  const end = start + quote.length;
  const before = text.slice(Math.max(0, start - around), start);
  const after = text.slice(end, end + around);
  return (
    `<details open><summary>[${id}] ${escaped(placeOf(citation))}</summary><pre>` +
    `${escaped(before)}<mark>${escaped(text.slice(start, end))}</mark>${escaped(after)}</pre>` +
    '</details>'
  );
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
