import { locateQuote } from '../../../algorithms/text/locate-quote.ts';
import { readOptions } from '../../../config/read-options.ts';
import { textOf } from '../../../model/answer.ts';
import type { Call } from '../../../model/types.ts';
import { checked, type Gate, missingVerdict } from '../gate.ts';
import { type CitedOptions, citedOptions } from '../gate-options.ts';

/**
 * Accepts an answer whose quotes all stand in the source, whatever its typography; refuses one with
 * an invented quote. Unknown where nothing is quoted. A true quote does not make a true answer:
 * combine it with others.
 * @example
 * ```ts
 * const support = cascade({ local: extractive(), cloud, accept: cited() });
 * ```
 */
export function cited(options: CitedOptions = {}): Gate {
  const { sources = sourcesIn, shortest } = readOptions(citedOptions, options, 'cited');
  return ({ answer, call }) => {
    const quotes = quotesIn(textOf(answer)).filter(quote => quote.length >= shortest);
    if (quotes.length === 0) return missingVerdict('nothing is quoted');
    const texts = sources(call);
    const invented = quotes.filter(quote => !texts.some(text => locateQuote(text, quote)));
    const isSound = invented.length === 0;
    return checked(
      isSound,
      isSound ? `${quotes.length} quotes stand in the source` : 'a quote is not in the source',
    );
  };
}

function quotesIn(text: string): string[] {
  return [...text.matchAll(/["“«]([^"“”«»]+)["”»]/g)].map(match => match[1]!.trim());
}

function sourcesIn(call: Call): string[] {
  return call.prompt.flatMap(message => {
    if (message.role === 'system') return [message.content];
    if (message.role === 'assistant') return [];
    return message.content.flatMap(part => {
      if (part.type === 'text') return [part.text];
      if (part.type === 'file') return part.data.type === 'text' ? [part.data.text] : [];
      return part.type === 'tool-result' ? [JSON.stringify(part.output)] : [];
    });
  });
}
