import { locateQuote } from '../../../algorithms/text/locate-quote.ts';
import { textOf } from '../../../model/answer.ts';
import type { Call } from '../../../model/types.ts';
import { checked, type Gate, missingVerdict } from '../gate.ts';

/** Options of the citation gate. */
export interface CitedOptions {
  /** The texts that may be quoted. Default: all text of the call but the assistant's own. */
  readonly sources?: (call: Call) => readonly string[];
  /** Quotes shorter than so many characters are not looked up. Default: 12. */
  readonly shortest?: number;
}

/**
 * Accepts an answer whose quotes all stand in the source, whatever its typography; refuses one with
 * an invented quote. Unknown where nothing is quoted. A true quote does not make a true answer:
 * combine it with others.
 */
export function cited({ sources = sourcesIn, shortest = 12 }: CitedOptions = {}): Gate {
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
