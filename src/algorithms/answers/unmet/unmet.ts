import { lettersOf } from '../wanted-words.ts';
import { isBesideTask, isGivenBack, isOtherWork, isSaidByMachine, isTautology } from './instead.ts';
import { isSlotted, isStub } from './slots.ts';
import { asksTheUser, lacksSubstance } from './substance.ts';
import { isUntranslated } from './untranslated.ts';
import words from './words.json' with { type: 'json' };

const longest = 300;
const longestAsked = 1000;

/**
 * Tells whether a text lacks what an answer to this request cannot be without: a number where one
 * is counted or worked out, a name, an item of a list, code, a choice, another language. No phrase
 * is looked for, so that it does not matter how nothing is said.
 */
export function isUnmet(said: string, asked: string): boolean {
  if (asked.length > longestAsked) return false;
  if (isSlotted(said, asked) || isStub(said, asked) || isUntranslated(said, asked)) return true;
  if (isSaidByMachine(said, asked) || isOtherWork(said, asked) || isBesideTask(said, asked))
    return true;
  if (said.length > longest) return false;
  return (
    isGivenBack(said, asked) ||
    isTautology(said) ||
    lacksNumber(said, asked) ||
    lacksName(said, asked) ||
    lacksItems(said, asked) ||
    lacksCode(said, asked) ||
    lacksChoice(said, asked) ||
    lacksSubstance(said, asked) ||
    asksTheUser(said, asked)
  );
}

const number = new RegExp(words.number, 'iu');
const counts = new RegExp(words.counts, 'iu');
const sums = new RegExp(
  String.raw`^(?:what(?:'s| is)|calculate|compute|work out|how much is|combien font|wie viel ist` +
    String.raw`|was ist|cuánto es|quanto (?:fa|é)|сколько будет)\b[^a-z]{0,4}` +
    String.raw`(?:the square root of )?\d[\d.,]*` +
    String.raw`(?: ?[-+*×÷/%^]| (?:times|plus|minus|divided|percent|of|fois|per|mal)` +
    String.raw`|[?.]?$)|^(?:solve|round|convert)\b.{0,40}\d`,
  'iu',
);
const otherSums = new RegExp(words.otherSums, 'i');
const isProblem = new RegExp(
  String.raw`\d.{0,300}(?:[.!,] (?:how (?:many|much)|what (?:is|was|are|will|do|does)` +
    String.raw` .{0,60}\b(?:cost|speed|total|price|sum|age|area|volume|average|length|distance` +
    String.raw`|share|pay|left))\b[^.]{0,80}\?$)`,
  'is',
);
const changed = /\b(?:now|left|altogether|together|in all|in total)\?$/i;
const vague = /\b(?:(?:ein|un|una|uno|um|uma)(?= \p{L})|more|only|all)/giu;
const howMuch =
  /^how (tall|long|far|old|high|deep|heavy|fast|big|large|wide|cold|hot) (?:is|are) /i;
const numbers = /\d+(?:[.,]\d+)*/g;

function lacksNumber(said: string, asked: string): boolean {
  const much = howMuch.exec(asked)?.[1];
  if (much !== undefined)
    return (
      new RegExp(`\\b(?:very|really|quite|so|is|are) ${much}\\b`, 'i').test(said) &&
      !number.test(said) &&
      !/\b(?:than|as|enough)\b/.test(said)
    );
  const isSum = sums.test(asked) && !otherSums.test(asked);
  if (!isSum && !counts.test(asked) && !isProblem.test(asked)) return false;
  if (
    /^([xy]) = \1$/i.test(said) ||
    !number.test(
      (counts.test(asked) ? said : said.replace(vague, ' ')).replace(
        /\b(?:two|three|both|each) (?:numbers?|values?|sides?|digits?|terms?)\b/gi,
        ' ',
      ),
    )
  )
    return true;
  if (isProblem.test(asked) && /\b(?:is|are|costs?) [xyn]\b/.test(said)) return true;
  if (changed.test(asked) && lettersOf(asked).includes(lettersOf(said)) && / \S+ /.test(said))
    return true;
  // The numbers of the question again, and how one would go about it.
  const given = new Set(asked.match(numbers));
  const found = said.match(numbers) ?? [];
  return (
    isSum &&
    given.size > 1 &&
    found.length > 1 &&
    found.every(each => given.has(each)) &&
    said.split(/\s+/).length > 4 &&
    !/\d\S{0,3}[.!]?$/.test(said.replace(/\d+ (?:by|and|par|und|et|y) \d+\.?$/, ''))
  );
}

const makers = new RegExp(words.makers, 'iu');
const unnamed = new RegExp(words.unnamed, 'iu');

const leads = new RegExp(words.leads, 'i');

// Who made something has a name.
function lacksName(said: string, asked: string): boolean {
  if (!makers.test(asked) || unnamed.test(said)) return false;
  const words = said.match(/\p{L}[\p{L}'-]*/gu) ?? [];
  if (words.length === 0 || words.length > 40) return false;
  const isGerman = /^wer /i.test(asked);
  if (isGerman)
    return (
      /^(?:Eine?|Jemand) (?:\p{L}+ )?\p{L}+\.?$/u.test(said) ||
      /\bvon (?:seine|ihre)[mrn] \p{L}+ \p{L}+\.$/u.test(said)
    );
  if (!/\p{Lu}/u.test(said)) return words.length > 3;
  const given = new Set(lettersOf(asked).split(' '));
  return (
    !words.some(
      (word, at) =>
        /^\p{Lu}/u.test(word) &&
        !given.has(word.toLowerCase()) &&
        !(at === 0 && words.length > 2 && leads.test(word)),
    ) && words.length > 1
  );
}

const several = new RegExp(words.several, 'iu');
const separates =
  /[,;/&\n、，،]|\d[.)] .*\d[.)] |(?<!\p{L})(?:and|und|et|y|e|ed|и|plus|or)(?!\p{L})/u;

function lacksItems(said: string, asked: string): boolean {
  return (
    several.test(asked) &&
    !separates.test(said) &&
    said.split(' ').length > 3 &&
    !/\p{Lu}\S* \p{Lu}\S* \p{Lu}/u.test(said)
  );
}

const codes = new RegExp(words.codes, 'i');
const marked = /[`=<>{}[\];|$\\#()]|\w\.\w|\s-{1,2}\w/;

const printed =
  /\bwhat (?:does|will|is)\b[^`?]{0,80}(?:print|output|return)[^`]{0,40}`([^`]+)`\s*$/i;

// Words about code are no code.
function lacksCode(said: string, asked: string): boolean {
  const isFix = /\b(?:fix|debug|repair)\b[^`]{0,40}`[^`]+`\s*$/i.exec(asked);
  if (isFix)
    return said.replaceAll('`', '').trim() === asked.split('`')[1]!.trim() || isProse(said);
  const shown = printed.exec(asked)?.[1];
  if (shown !== undefined) return said.replaceAll('`', '').trim() === shown.trim();
  return codes.test(asked) && (isProse(said) || /^[A-Z]+$/.test(said));
}

function isProse(said: string): boolean {
  return (
    !marked.test(said) &&
    !/\b[A-Z]{4,}\b.*\b[A-Z]{4,}\b/.test(said) &&
    said.split(/\s+/).length >= 4 &&
    /[.!?:…]$/.test(said)
  );
}

const classifies = new RegExp(
  String.raw`\b(?:labels?|categor(?:y|ies)|classify|sentiment|topic|intent` +
    String.raw`|which of (?:these|them)|choose|pick|spam or ham)\b`,
  'i',
);
const offered = new RegExp(words.offered, 'giu');

// The choices again, or none of them.
function lacksChoice(said: string, asked: string): boolean {
  if (!classifies.test(asked) || /\b(?:all|any|both|several|every)\b/i.test(asked)) return false;
  const list = asked
    .replace(/["“«][^"”»]*["”»]/g, ' ')
    .split(/(?<=[.?!])\s|\n/)
    .find(sentence => classifies.test(sentence) && sentence.search(offered) >= 0)
    ?.match(offered)
    ?.at(-1);
  if (list === undefined) return false;
  const choices = list
    .toLowerCase()
    .split(/, (?:or |and )?| or | and /)
    .map(each => stemOfChoice(each));
  if (choices.length < 2) return false;
  const text = ` ${lettersOf(said)}`;
  const named = choices.filter(choice => text.includes(` ${choice}`));
  const words = text.trim().split(' ').length;
  if (named.length === choices.length)
    return words <= 2 * choices.length || /\bone of\b/i.test(said);
  const isGiven = / or /.test(list) || /[:(] ?$/.test(asked.slice(0, asked.indexOf(list)));
  return (
    isGiven &&
    named.length === 0 &&
    words > 3 &&
    !/\b(?:neither|none|other|option|both)\b|["“]/i.test(withoutGiven(said, asked))
  );
}

// What is quoted of the request is no choice.
function withoutGiven(said: string, asked: string): string {
  return said.replace(/["“]([^"”“]{4,200})["”]/g, (all, quoted: string) =>
    asked.includes(quoted) ? ' ' : all,
  );
}

function stemOfChoice(choice: string): string {
  const words = lettersOf(choice).split(' ');
  return words.at(-1)!.slice(0, 5);
}
