import { withoutThinking } from '../text/written/thinking.ts';
import lists from './verdict-words.json' with { type: 'json' };

// What is wrong with an answer is a fault; none of it is a yes.
const { yes, no, fault, negation } = lists;
const words = new RegExp(
  String.raw`(?<![\p{L}'])(?:${yes}|${no}|${fault}|${negation})(?![\p{L}])`,
  'giu',
);
const isYes = new RegExp(`^(?:${yes})$`, 'iu');
const isNo = new RegExp(`^(?:${no}|${fault})$`, 'iu');
const lead = new RegExp(
  '^[\\s*_"\'`#>([-]*(?:(?:my |the |final )*(?:verdict|answer|judge?ment|result|antwort|urteil' +
    '|réponse|respuesta|risposta|resposta)\\s*(?:is|ist|est|es|è|é)?\\s*[:=-]?\\s*)?' +
    '[\\s*_"\'`([]*',
  'iu',
);
const bare = new RegExp(
  String.raw`^(?:(not|nicht|pas|no es|non è|não é|no) )?(${yes}|${no})(?![\p{L}'-])`,
  'iu',
);

/**
 * Reads from what a checker wrote whether it finds an answer right: from its first word, else from
 * the last clause that says so, in English, German, French, Spanish, Italian and Portuguese.
 * `undefined` where it is unclear, or where only thinking came.
 */
export function verdictWord(text: string): boolean | undefined {
  const said = withoutThinking(text.slice(0, 20_000)).replaceAll('’', "'");
  const sign = signs.exec(said)?.[0];
  if (sign !== undefined)
    return /[✓✔✅]|👍|^(?:是|对|正确|正しい|はい|네|예|맞)/u.test(sign.trim());
  const plain = said
    .replace(/\x60{3}\w{0,16}/g, ' ')
    .replace(both, ' ')
    .replace(/<\/?\w{1,12}>|\\boxed\{/g, ' ');
  const told = plain.replace(/^[^.!?\n]{0,200}\?\s*(?=\p{L})/u, '');
  return firstWord(told) ?? lastClause(told) ?? grade(told);
}

const graded =
  /(\d{1,3}(?:[.,]\d{1,4})?) ?(?:\/|out of|of|von|sur|de|su) ?(5|10|100)(?![\d/]|[.,]\d)/gi;
const share = /^(?:0?\.\d{1,4}|[01](?:\.0{0,4})?)$/;

// A figure in place of a word: 1 and 0, a share, or so many points of so many. What is neither good
// nor bad is no verdict, and a figure without a measure is none.
function grade(text: string): boolean | undefined {
  if (text.length > 200) return undefined;
  const [points, ...others] = text.matchAll(graded);
  const [last = '', ...labels] = (text.match(/\p{L}+|[\d.]+%?/gu) ?? []).reverse();
  const isAlone = labels.length < 3 && labels.every(label => !/\d/.test(label));
  const percent = last.endsWith('%') ? Number(last.slice(0, -1)) / 100 : undefined;
  const alone = percent ?? (share.test(last) ? Number(last) : Number.NaN);
  const part = points ? Number(points[1]!.replace(',', '.')) / Number(points[2]) : alone;
  if (others.length > 0 || !(points || isAlone) || !(part <= 1)) return undefined;
  return part >= 0.8 ? true : part <= 0.5 ? false : undefined;
}

// A mark, or a word of a language without spaces.
const signs = new RegExp(
  String.raw`^\s*(?:[✓✔✅✗✘❌✖]|👍|👎|(?:是的?|对的?|正确|不是|不对|错误?|不正确|はい|正しい(?:です)?|いいえ|間違い(?:です)?` +
    String.raw`|네|예|맞(?:습니다|아요)|아니(?:요|오)|틀렸습니다)(?=[\s。.!！,，、]|$))`,
  'u',
);

// The question repeated.
const both = new RegExp(
  String.raw`\b(?:yes|ja|oui|sí|sim|correct|right|true)['"]?\s{0,8}(?:or|and|oder|und|ou|et|y|o` +
    String.raw`|\/)\s{0,8}['"]?(?:no|nein|non|não|incorrect|wrong|false)\b`,
  'giu',
);

const spokenOf = /^['"*_]*\s+(?:is|would be|was|seems|ist|wäre|est|es|è|é)\s/i;

const notQuite = new RegExp(
  String.raw`^(?:of course not|(?:partially|partly|half|mostly|almost|nearly)\s\p{L}+` +
    String.raw`|not (?:quite|really|exactly|entirely|at all))(?!\p{L})`,
  'iu',
);
const ofFaults = new RegExp(
  `^(?:no|keine?|aucune?|sin|nessun) (?:\\p{L}+ )?(?:${fault})(?![\\p{L}])`,
  'iu',
);

function firstWord(text: string): boolean | undefined {
  const plain = text.replace(lead, '');
  if (notQuite.test(plain)) return false;
  const found = bare.exec(plain);
  if (!found) return undefined;
  // "No errors" and "no, it is right" are told apart by the clause.
  if (ofFaults.test(plain)) return undefined;
  // "Yes is not right" speaks of the answer, and the clause says what of it.
  if (spokenOf.test(plain.slice(found[0].length))) return undefined;
  const rest = plain.slice(found[0].length);
  const isRight = isYes.test(found[2]!) !== /^\s+not\b/i.test(rest);
  // "Not correct" is a no; "not wrong" is left to the clauses.
  if (found[1] === undefined) return isRight;
  return isRight ? false : undefined;
}

// "The right answer is Canberra" says nothing of the answer that was checked.
const attributive =
  /^\s+(?:answer|response|one|choice|value|result|capital|option|number|antwort)\b/i;

const doubt = new RegExp(
  String.raw`\b(?:not (?:entirely |really )?(?:sure|certain|clear)|unsure|uncertain|unclear` +
    String.raw`|(?:can't|cannot|can not|could not|couldn't) (?:\w{1,16} )?(?:tell|say` +
    String.raw`|judge|determine` +
    String.raw`|verify|confirm|check)|don't know|do not know|whether)\b`,
  'i',
);

function lastClause(text: string): boolean | undefined {
  const clauses = text.slice(-2000).split(/[.!?;\n]+|,\s+(?:so|but|thus|hence|also|donc|luego)\b/);
  for (const clause of clauses.reverse()) {
    if (doubt.test(clause)) return undefined;
    const verdict = verdictOf(clause);
    if (verdict !== undefined) return verdict;
  }
  return undefined;
}

function verdictOf(clause: string): boolean | undefined {
  let verdict: boolean | undefined;
  let isNegated = false;
  for (const found of clause.matchAll(words)) {
    const word = found[0];
    const rest = clause.slice(found.index + word.length);
    if (isNegation.test(word) && /\p{L}/u.test(rest)) isNegated = !isNegated;
    else if (!attributive.test(rest) && (isYes.test(word) || isNo.test(word))) {
      verdict = isYes.test(word) !== isNegated;
      isNegated = false;
    }
  }
  return verdict;
}

const isNegation = new RegExp(`^(?:${negation})$`, 'iu');
