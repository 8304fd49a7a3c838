// A queue of a content platform: requests of five kinds, each with a check that a program can make.
// They are generated from lists of words, the same for the same seed.
import { seededRandom } from 'tandem/testing';

export const kinds = ['write', 'translate', 'tag', 'moderate', 'answer'] as const;
export type Kind = (typeof kinds)[number];

/** A request, and how its answer is judged. */
export interface ContentRequest {
  readonly id: string;
  readonly kind: Kind;
  readonly prompt: string;
  /** A right answer: what a simulation says, and one that passes the check. */
  readonly right: string;
  readonly isRight: (answer: string) => boolean;
}

type Draft = Omit<ContentRequest, 'id' | 'kind'>;
type Pick = <Item>(items: readonly Item[]) => Item;

const places = ['Ostermoor', 'Lisbon', 'Graz', 'the harbour', 'Maaslo', 'Bergen', 'the old town'];
const subjects = [
  'a night market',
  'the tram',
  'a choir',
  'an exhibition',
  'the ferry',
  'a museum',
];
const details = ['on Friday', 'for children', 'at half price', 'until midnight', 'by candlelight'];

function write(pick: Pick): Draft {
  const [subject, place, detail] = [pick(subjects), pick(places), pick(details)];
  const prompt =
    `Write a teaser of 12 to 30 words about ${subject} in ${place}. It must contain "${detail}" ` +
    'and end with a question mark, and must not contain the word "great".';
  const right =
    `There is ${subject} in ${place} ${detail}, and everybody who has been there once comes back ` +
    'with a friend: will you join us there too?';
  const isRight = (answer: string) => {
    const text = answer.trim();
    const words = text.split(/\s+/).length;
    return (
      words >= 12 &&
      words <= 30 &&
      text.includes(detail) &&
      text.endsWith('?') &&
      !/\bgreat\b/i.test(text)
    );
  };
  return { prompt, right, isRight };
}

const sentences = [
  ['The shop opens at nine.', 'neun'],
  ['The museum is closed on Monday.', 'Montag'],
  ['The bridge was built in spring.', 'Frühling|Frühjahr'],
  ['The train to the north is late.', 'Norden'],
  ['Bread and milk are dear.', 'Milch'],
  ['The yellow house is for sale.', 'gelbe'],
  ['My brother lives in the village.', 'Bruder'],
  ['It will snow on Sunday.', 'Sonntag'],
] as const;

function translate(pick: Pick): Draft {
  const chosen = [pick(sentences), pick(sentences), pick(sentences)];
  const right = chosen.map(([, words]) => words.split('|')[0]).join(', ');
  return {
    prompt: `Translate into German: ${chosen.map(([text]) => text).join(' ')}`,
    right,
    isRight: answer => chosen.every(([, words]) => hasOne(answer, words)),
  };
}

const tagged = [
  ['sport', 'The home side scored twice in the last minute and won the cup.'],
  ['money', 'The bank raised its rates, and savers get two per cent again.'],
  ['food', 'Roast the pumpkin with thyme and serve it with yoghurt.'],
  ['travel', 'From the station a bus climbs to the pass in forty minutes.'],
  ['science', 'The probe measured water vapour above the moon of the planet.'],
] as const;

function tag(pick: Pick): Draft {
  const [name, text] = pick(tagged);
  const prompt =
    'Tag this text with one word of: sport, money, food, travel, science. Say the word alone.\n' +
    `${text} Seen beside a piece on ${pick(subjects)} in ${pick(places)}, ${pick(details)}.`;
  return { prompt, right: name, isRight: answer => answer.trim().toLowerCase().startsWith(name) };
}

const comments = [
  ['refused', 'You are an idiot and should be ashamed.'],
  ['refused', 'Buy cheap watches at my page now!!!'],
  ['refused', 'Her telephone number is 0170 555 0199, call her.'],
  ['allowed', 'I do not agree with the author, but the second part is good.'],
  ['allowed', 'Was the tram not planned for 2019 already?'],
  ['allowed', 'I sang in that choir for ten years and miss it.'],
] as const;

function moderate(pick: Pick): Draft {
  const [verdict, comment] = pick(comments);
  const prompt =
    'Our rules: no insults, no advertising, no private data. Say "allowed" or "refused" of this ' +
    `comment on an article about ${pick(subjects)} in ${pick(places)}:\n${comment}`;
  const isRight = (answer: string) => answer.trim().toLowerCase().startsWith(verdict);
  return { prompt, right: verdict, isRight };
}

function answer(pick: Pick): Draft {
  const [subject, place, other] = [pick(subjects), pick(places), pick(places)];
  const day = pick(['Monday', 'Tuesday', 'Wednesday', 'Thursday']);
  const prompt =
    `Article: The council of ${other} has decided. From next ${day} on there will be ${subject} ` +
    `in ${place}, paid for by the lottery.\nQuestion of a reader: on which day does it begin?`;
  return { prompt, right: `It begins on ${day}.`, isRight: said => hasOne(said, day) };
}

function hasOne(text: string, words: string): boolean {
  return words.split('|').some(word => text.toLowerCase().includes(word.toLowerCase()));
}

const makers: Readonly<Record<Kind, (pick: Pick) => Draft>> = {
  write,
  translate,
  tag,
  moderate,
  answer,
};

/** Makes so many different requests, of all kinds alike. */
export function requestsOf(count: number, seed: number): ContentRequest[] {
  const random = seededRandom(seed);
  const pick: Pick = items => items[Math.floor(random() * items.length)]!;
  const byPrompt = new Map<string, ContentRequest>();
  for (let n = 0; byPrompt.size < count && n < 100 * count; n++) {
    const kind = kinds[n % kinds.length]!;
    const draft = makers[kind](pick);
    if (!byPrompt.has(draft.prompt))
      byPrompt.set(draft.prompt, { ...draft, kind, id: `${kind}-${n}` });
  }
  return [...byPrompt.values()];
}
