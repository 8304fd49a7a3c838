import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Document, pageAt } from '../documents/document.ts';
import { parseDocuments } from '../documents/formats/attachments.ts';
import {
  chain,
  documentCall,
  extractive,
  type LanguageModel,
  minions,
  notConfigured,
  TandemError,
} from '../index.ts';

const folder = new URL('../documents/formats/corpus/', import.meta.url);
const cloud = notConfigured();
const patterns: Readonly<Record<string, LanguageModel>> = {
  minions: minions({ local: extractive(), cloud }),
  chain: chain({ worker: extractive(), manager: cloud }),
};

async function documentsIn(name: string): Promise<readonly Document[]> {
  const bytes = new Uint8Array(readFileSync(new URL(name, folder)));
  const mediaType = /\.x?html$/.test(name) ? 'text/html' : 'text/plain';
  try {
    return (await parseDocuments({ bytes, title: name, mediaType })).documents;
  } catch (error) {
    if (TandemError.isInstance(error)) return [];
    throw error;
  }
}

/** The longest lines of a text: what a question may be about. */
function questionsOf({ text }: Document): string[] {
  const lines = text.split(/[\n\f]/).map(line => line.replace(/\s+/g, ' ').trim());
  const questions = lines.filter(line => line !== '');
  return questions.sort((a, b) => b.length - a.length).slice(0, 2);
}

async function citationsOf(model: LanguageModel, document: Document, question: string) {
  const { title, text, mediaType, lines } = document;
  const named = { title, text, mediaType, ...(lines && { lines }) };
  const { content } = await model.doGenerate(documentCall(question, [named]));
  return content.flatMap(part => (part.type === 'source' ? [part.providerMetadata!.tandem!] : []));
}

describe.each(Object.keys(patterns))('%s over the corpus', name => {
  const cited = new Set<string>();

  it.each(readdirSync(folder))('quotes %s word for word, at its place', async file => {
    for (const document of await documentsIn(file)) {
      for (const question of questionsOf(document)) {
        for (const said of await citationsOf(patterns[name]!, document, question)) {
          const { start, end, quote, page } = said as unknown as {
            readonly [Key in 'start' | 'end' | 'page']: number;
          } & { readonly quote: string };
          expect(document.text.slice(start, end)).toBe(quote);
          if (page !== undefined) expect(pageAt(document, start)).toBe(page);
          cited.add(file);
        }
      }
    }
  });

  it('quotes nearly all files that can be read', () => {
    expect(cited.size).toBeGreaterThan(0.85 * readdirSync(folder).length);
  });
});
