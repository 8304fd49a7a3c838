import { fill, type GeneratedDocument, type Making, type Placed, pick } from './generated.ts';

const places = [
  'harbour',
  'mill',
  'orchard',
  'tower',
  'quarry',
  'bridge',
  'market',
  'chapel',
  'garden',
  'archive',
];
const colours = [
  'red',
  'blue',
  'green',
  'amber',
  'violet',
  'white',
  'black',
  'silver',
  'copper',
  'ivory',
];
const weather = [
  'It rained a little',
  'The wind turned',
  'Fog lay over the fields',
  'The sun came out',
];
const deeds = [
  'the ferryman mended a net',
  'two carts passed the gate',
  'the baker lit the oven',
  'a letter was read out',
];

/** One key among many like it (RULER's multi-key needle): each has its own number. */
export function keyNeedles(making: Making): GeneratedDocument {
  const { random } = making;
  const keys = colours.flatMap(colour => places.map(place => `${colour} ${place}`));
  const facts = keys.map(key => ({
    at: random(),
    text: `The secret number of the ${key} is ${numberOf(random)}.`,
  }));
  const chosen = Math.floor(random() * keys.length);
  const { text, spans } = fill(making, facts, () => day(random));
  const answer = /(\d+)\.$/.exec(facts[chosen]!.text)![1]!;
  const question = `What is the secret number of the ${keys[chosen]}?`;
  return {
    ...{ kind: 'needle among 100 keys', title: 'chronicle.txt', text },
    questions: [{ question, answer, traps: [], evidence: [spans[chosen]!] }],
  };
}

/** Several values of one key (RULER's multi-value needle): all are asked for. */
export function valueNeedles(making: Making): GeneratedDocument {
  const { random } = making;
  const key = `${pick(colours, random)} ${pick(places, random)}`;
  const numbers = Array.from({ length: 4 }, () => numberOf(random));
  const facts = numbers.map(number => ({
    at: random(),
    text: `One of the secret numbers of the ${key} is ${number}.`,
  }));
  const { text, spans } = fill(making, facts, () => day(random));
  const question = `What are all secret numbers of the ${key}?`;
  return {
    ...{ kind: 'needle of four values', title: 'chronicle.txt', text },
    questions: [{ question, answer: numbers.join(', '), traps: [], evidence: spans }],
  };
}

/** A chain of variables (RULER's variable tracking): each is set to the one before. */
export function variableChain(making: Making & { readonly hops?: number }): GeneratedDocument {
  const { random, hops = 4 } = making;
  const names = Array.from({ length: hops + 1 }, (_, index) => `VAR_${letters(random)}${index}`);
  const value = numberOf(random);
  const facts: Placed[] = names.map((name, index) => ({
    at: index / (hops + 1),
    text: index === 0 ? `Let ${name} be ${value}.` : `Let ${name} be ${names[index - 1]}.`,
  }));
  const { text, spans } = fill(making, facts, () => day(random));
  const question = `What is the value of ${names.at(-1)}?`;
  return {
    ...{ kind: `variables in a chain of ${hops}`, title: 'program.txt', text },
    questions: [{ question, answer: value, traps: [], evidence: [...spans].reverse() }],
  };
}

/** Facts that lean on each other, in the order of the question, against it, or in any order. */
export function bridgingFacts(
  making: Making & { readonly hops?: number; readonly placement: 'forward' | 'reverse' | 'random' },
): GeneratedDocument {
  const { random, hops = 2, placement } = making;
  const names = Array.from({ length: hops + 1 }, () => `${capital(letters(random).toLowerCase())}`);
  const drawn = Array.from({ length: hops }, random);
  if (placement !== 'random') drawn.sort((a, b) => (placement === 'forward' ? a - b : b - a));
  const facts = drawn.map((at, index) => ({
    at,
    text: `The keeper of ${names[index]} is ${names[index + 1]}.`,
  }));
  const { text, spans } = fill(making, facts, () => day(random));
  const question =
    `Start from ${names[0]} and go from keeper to keeper, ${hops} times: at whom ` +
    'do you arrive?';
  return {
    ...{ kind: `bridge of ${hops}, ${placement}`, title: 'chronicle.txt', text },
    questions: [{ question, answer: names.at(-1)!, traps: names.slice(1, -1), evidence: spans }],
  };
}

function day(random: () => number): string {
  return (
    `${pick(weather, random)}, and by the ${pick(places, random)} ${pick(deeds, random)} on ` +
    `day ${Math.floor(random() * 9999)}.`
  );
}

function numberOf(random: () => number): string {
  return String(1_000_000 + Math.floor(random() * 8_999_999));
}

function letters(random: () => number): string {
  return Array.from({ length: 6 }, () => String.fromCharCode(65 + Math.floor(random() * 26))).join(
    '',
  );
}

function capital(word: string): string {
  return `${word[0]!.toUpperCase()}${word.slice(1)}`;
}
