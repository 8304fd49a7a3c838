import lists from './warning-words.json' with { type: 'json' };

// Nobody is told anything by it but whom to ask.
const refersOn = new RegExp(lists.refersOn.join('|'), 'iu');
const preaches = new RegExp(lists.preaches.join('|'), 'iu');
// Requests that a warning answers.
const wantsWarning = new RegExp(lists.wantsWarning.join('|'), 'iu');
const longest = 400;

/** Tells whether a text is nothing but warnings: whom to ask instead, or how one ought to be. */
export function isWarning(said: string, asked: string): boolean {
  if (said.length > longest || wantsWarning.test(asked)) return false;
  const sentences = said.split(/(?<=[.!;])\s+/).map(each => each.replace(/[.!;]$/, ''));
  return sentences.every(each => refersOn.test(each) || preaches.test(each) || isSite(each, asked));
}

function isSite(sentence: string, asked: string): boolean {
  return (
    /^(?:please )?(?:check|visit|consult|see) (?:\S+ ){1,4}(?:web ?site|app|portal)\b/i.test(
      sentence,
    ) && !/\b(?:how|where|which|find)\b/i.test(asked)
  );
}
