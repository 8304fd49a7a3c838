import lists from './is-instruction-words.json' with { type: 'json' };

const forms = [
  new RegExp(lists.leaving.join('|'), 'i'),
  new RegExp(lists.newOrders.join('|'), 'i'),
  new RegExp(lists.newRole.join('|'), 'i'),
  /\b(?:forget|ignore) (?:the|this|your|that) question\b|\bnew task ?:/i,
  new RegExp(lists.additions.join('|'), 'i'),
  // German, French, Spanish and Chinese: to leave orders or the question, or to take new ones.
  new RegExp(lists.german.join('|'), 'iu'),
  new RegExp(lists.french.join('|'), 'iu'),
  new RegExp(lists.spanish.join('|'), 'iu'),
  /(?:忽略|无视|忘记|忘掉).{0,20}(?:指令|指示|说明|问题|提示)|新(?:任务|指令) ?:/u,
  /\bfrom now on,? you (?:answer|respond|reply|output)\b/i,
  new RegExp(lists.marks.join('|'), 'i'),
  /\bsystem (?:prompt|message|override)\b\s*[:.,-]|^\s*SYSTEM\s*:/i,
  new RegExp(lists.address.join('|'), 'i'),
];

/**
 * Tells whether a text speaks to a language model to make it do something: a document's words are
 * data, not orders.
 */
export function isInstruction(text: string): boolean {
  const level = levelled(text);
  return forms.some(form => form.test(level));
}

const likeLatin: Readonly<Record<string, string>> = {
  ...{ ι: 'i', Ι: 'I', ο: 'o', Ο: 'O', α: 'a', Α: 'A', ν: 'v', ρ: 'p', Ρ: 'P', Ν: 'N', Τ: 'T' },
  ...{ а: 'a', А: 'A', е: 'e', Е: 'E', о: 'o', О: 'O', і: 'i', І: 'I', р: 'p', с: 'c', ѕ: 's' },
};

// Of a wrapped line, in any width, with unseen marks, and with a letter of another script that
// looks like one.
function levelled(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/[Ά-ώЀ-ӿ]/g, each => likeLatin[each] ?? each)
    .replace(/\s{1,99}/g, ' ');
}
