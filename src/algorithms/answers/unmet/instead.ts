import { composing, lettersOf } from '../wanted-words.ts';
import words from './instead.json' with { type: 'json' };
import { joining } from './made-of.ts';

const [ofCode, isCall, usesTool, ofCalls] = [
  new RegExp(words.ofCode, 'i'),
  new RegExp(words.isCall),
  new RegExp(words.usesTool, 'i'),
  new RegExp(words.ofCalls, 'i'),
];
const isCode = new RegExp(words.isCode);

// An empty value, a mark of a format, an error or its page: what machines say.
const ofMachine = new RegExp(words.ofMachine, 'iu');
const ofMachines = new RegExp(words.ofMachines, 'i');

/** Tells whether an error or an empty value stands where nobody asked for what machines say. */
export function isSaidByMachine(said: string, asked: string): boolean {
  return ofMachine.test(said) && !ofMachines.test(asked);
}

/** Tells whether a program, or the call of one, stands where nobody asked for any. */
export function isOtherWork(said: string, asked: string): boolean {
  if (isCall.test(said) || usesTool.test(said))
    return !ofCalls.test(asked.replace(/["“][^"”“]{0,300}["”]/g, ' '));
  // Where an object was asked for, the braces are its form.
  return isCode.test(said) && !ofCode.test(asked.replace(/\{[^{}]*\}/g, ' '));
}

/** Tells whether what was to be filled, chosen or worked out is given back as it came. */
export function isGivenBack(said: string, asked: string): boolean {
  if (/_{3,}/.test(asked) && /_{2,}/.test(said)) return /fill|complet|missing|\?$/i.test(asked);
  const [mine, theirs] = [lettersOf(said), ` ${lettersOf(asked)} `];
  // The work itself, where its author was asked for.
  if (
    /^(?:who|when|wer|wann|qui|quand)\b/i.test(asked) &&
    /^["“«„]/.test(said) &&
    theirs.includes(` ${mine} `)
  )
    return true;
  if (/\b(?:opposite|antonym|synonym|rhymes?)\b/i.test(asked))
    return asked
      .toLowerCase()
      .replace(/[“”«»]/g, '"')
      .includes(`"${mine}"`);
  if (mine.split(' ').length < 3 || !theirs.includes(` ${mine} `)) return false;
  if (/^(?:complete|continue|extend)\b|\bjson\b|^convert\b.{0,40}\d/i.test(asked)) return true;
  if (/^A\) .{1,60}? B\) .{1,60}? C\) /s.test(said)) return true;
  return chooses.test(asked) && / (?:or|oder|ou|of|или) /iu.test(said);
}

const chooses = /[,:] [^,:?]{2,60} (?:or|oder|ou|of|или) [^,:?]{2,60}\?$/iu;

/** Tells whether a sentence says of a thing that it is that thing. */
export function isTautology(said: string): boolean {
  const sides = /^(.{8,120}?) (?:is|are|means|ist|est|es|è|é|—) (.{8,120}?)\.?$/iu.exec(said);
  if (!sides || /[.!?;:\n]\s|\d/.test(said)) return false;
  const [left, right] = [lettersOf(sides[1]!).split(' '), lettersOf(sides[2]!).split(' ')];
  const telling = right.filter(word => !joining.has(word));
  return (
    left.length > 3 &&
    telling[0] !== undefined &&
    telling[0] === left.find(word => !joining.has(word)) &&
    telling.every(word => left.includes(word) || ofForms.has(word))
  );
}

const ofForms = new Set('form word term value part type kind result'.split(' '));
const denies = new RegExp(words.denies, 'i');
const [renders, turns, asksWhich] = [
  new RegExp(words.renders, 'i'),
  new RegExp(words.turns, 'i'),
  new RegExp(`^(?:${words.which})\\b[^.!?\\n]*\\?$`, 'i'),
];
const [denied, tasks, asMachine] = [
  new RegExp(words.opening + words.denied, 'i'),
  new RegExp(words.opening + words.tasks, 'i'),
  new RegExp(words.opening + words.asMachine, 'i'),
];

/**
 * Tells whether who should render or write a text speaks of doing so, declines it, or asks about
 * it: words that no rendering of what was given can hold.
 */
export function isBesideTask(said: string, asked: string): boolean {
  if (said.length > 240 || said.includes('\n')) return false;
  const given = /["“«„:]([\s\S]+)$/.exec(asked)?.[1] ?? '';
  const task = tasks.exec(said)?.[1]?.slice(0, 4).toLowerCase();
  return (
    isOfMachine(said, asked) ||
    (task !== undefined &&
      !given.toLowerCase().includes(task) &&
      new RegExp(String.raw`\b${task}`, 'i').test(asked)) ||
    (given !== '' && isNoRendering(said, asked, given))
  );
}

function isOfMachine(said: string, asked: string): boolean {
  const speaks = denies.test(said) || /\bmy (?:goal|purpose|job|role|aim)\b/i.test(said);
  return (
    speaks && asMachine.test(said) && composing.test(asked) && !/\b(?:ai|\w*bot|model)/i.test(asked)
  );
}

function isNoRendering(said: string, asked: string, given: string): boolean {
  if (!renders.test(asked) || turns.test(asked)) return false;
  return (
    (denied.test(said) && !denies.test(given)) ||
    (asksWhich.test(said) && !new RegExp(`\\?|\\b(?:${words.which})\\b`, 'i').test(given)) ||
    (/^(?:please )?re(?:write|phrase|word)|^(?:paraphrase|shorten|summari)/i.test(asked) &&
      lettersOf(said) === lettersOf(given))
  );
}
