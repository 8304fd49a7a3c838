import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { draw, expand, pick, sentence, unseenWords } from './expand.ts';

/** A text, the request that it stands under, and whether it is talk in place of an answer. */
export interface Row {
  readonly text: string;
  readonly request: string;
  readonly isTalk: boolean;
  readonly weight: number;
}

const folder = join(import.meta.dirname, 'texts');
const openers: Readonly<Record<string, readonly string[]>> = {
  en: [
    'Sorry',
    'Unfortunately',
    'Well',
    'Hmm',
    'Thanks',
    'Hello',
    'Okay',
    "I'm sorry but",
    'I see',
    'Honestly',
    'Great question',
    'Sure',
    'As an AI',
  ],
  de: ['Leider', 'Entschuldigung', 'Hallo', 'Ehrlich gesagt', 'Gute Frage'],
  fr: ['Désolé', 'Malheureusement', 'Bonjour', 'Honnêtement'],
  es: ['Lo siento', 'Lamentablemente', 'Hola', 'Sinceramente'],
  it: ['Mi dispiace', 'Purtroppo', 'Ciao', 'Onestamente'],
  pt: ['Desculpe', 'Infelizmente', 'Olá', 'Sinceramente'],
  nl: ['Helaas', 'Sorry', 'Hallo', 'Eerlijk gezegd'],
  pl: ['Niestety', 'Przepraszam', 'Cześć'],
};
const courtesies = [
  'Sure!',
  'Great question!',
  'Let me think.',
  'Of course.',
  'Happy to help!',
  'Hello!',
  'Okay, let me explain.',
  'Here is the answer:',
  'Sorry for the delay.',
];
const closers = [
  'I hope this helps!',
  'Let me know if you have questions.',
  'Feel free to ask more.',
  'Is there anything else?',
  'Do you need more details?',
];
const facts = [
  'It is Jupiter.',
  'The answer is 391.',
  'The capital is Canberra.',
  'George Eliot wrote it in 1871.',
  'Lead melts at 327 degrees.',
  'Spiders have eight legs.',
  'Ebro, Tagus and Duero.',
  '91 is 7 times 13, so no.',
];

const namedBy = /^(?:Who|(?:Which|What) \w+) ((?:is|was|has|had|won|wrote|\w+ed|\w+s) .*)\?$/;
const names = 'Saturn Mozart Norway Lima Amazon Bach Kenya Turing Oslo Iron Jupiter Chile'.split(
  ' ',
);

const questions = Map.groupBy(table('questions.tsv'), ([language]) => language);
const english = questionsOf('en');
const asksForName = english.filter(question => namedBy.test(question));

/** All rows: our own texts, and what two packages bring, each as a folder. */
export function allRows(dialogues: string, messages: string): Row[] {
  return [
    ...globSync('talk-*.txt', { cwd: folder }).sort().flatMap(talkRows),
    ...tables('before-questions.tsv').flatMap(takenUp),
    ...['answers-en.txt', 'answers-many.txt', 'answers-no.txt'].flatMap(answerRows),
    ...Array.from({ length: 400 }, courteousFact),
    ...Array.from({ length: 600 }, restatedFact),
    ...Array.from({ length: 2500 }, () => row(unseenWords(), pick(english), false, 1)),
    ...messageRows(messages),
    ...dialogueRows(dialogues),
    ...roundRows(),
  ];
}

function talkRows(file: string): Row[] {
  const language = /talk-(\w+)/.exec(file)![1]!;
  const lines = linesOf(file).map(line => expand(line, language === 'en' ? 40 : 30));
  const ask = () => (draw() < 0.8 ? pick(questionsOf(language)) : pick(english));
  return lines.flatMap(texts =>
    texts.flatMap(text => {
      const made = [row(sentence(text), ask(), true, 1)];
      const opener = openers[language];
      if (opener && draw() < 0.3) made.push(row(`${pick(opener)}, ${text}.`, ask(), true, 1));
      const other = draw() < 0.5 ? pick(texts) : pick(pick(lines));
      if (draw() < 0.35) made.push(row(`${sentence(text)} ${sentence(other)}`, ask(), true, 1));
      if (draw() < 0.25) {
        const question = ask();
        const words = question.replace(/[?.]$/, '').split(' ').slice(-3).join(' ');
        made.push(
          row(`${text} ${pick(['about', 'on', 'of', 'for'])} ${words}.`, question, true, 1),
        );
      }
      return made;
    }),
  );
}

// A lack or a promise that takes up the question.
function takenUp([language, words]: readonly [string, string]): Row[] {
  return Array.from({ length: 10 }, () => {
    const isAfter = language === 'after';
    const fitting = questionsOf(isAfter ? 'cjk' : language).filter(question =>
      isAfter ? scriptOf(words) === scriptOf(question) : scriptOf(question) === 'plain',
    );
    const question = pick(fitting);
    const clause = question.replace(/^¿/, '').replace(/ ?[?？;؟.]$/, '');
    const small = clause.charAt(0).toLowerCase() + clause.slice(1);
    const noun = clause.split(/[은는이가] |[はが的]/)[0]!;
    const joined = language === 'cjk' ? words + small : `${words} ${small}`;
    return row(isAfter ? noun + words : `${joined}.`, question, true, 1);
  });
}

function scriptOf(text: string): 'korean' | 'japanese' | 'plain' {
  if (/\p{Script=Hangul}/u.test(text)) return 'korean';
  return /[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text) ? 'japanese' : 'plain';
}

function answerRows(file: string): Row[] {
  return linesOf(file).flatMap(line => {
    const texts = expand(line, 80);
    return texts.flatMap(text => {
      const made = [row(sentence(text), pick(english), false, 2)];
      const two = `${sentence(text)} ${sentence(pick(texts))}`;
      if (draw() < 0.3) made.push(row(two, pick(english), false, 1));
      if (file === 'answers-en.txt' && draw() < 0.25)
        made.push(row(`${pick(openers.en!)}, ${text}.`, pick(english), false, 1));
      return made;
    });
  });
}

function courteousFact(): Row {
  const fact = pick(facts);
  const text = draw() < 0.5 ? `${pick(courtesies)} ${fact}` : `${fact} ${pick(closers)}`;
  return row(text, pick(english), false, 1);
}

// The question as a statement, with a name in the place of what it asks for.
function restatedFact(): Row {
  const question = pick(asksForName);
  const [, rest] = namedBy.exec(question)!;
  const fact = `${pick(names)} ${rest}.`;
  const text = draw() < 0.5 ? `${pick(courtesies)} ${fact}` : fact;
  return row(text, question, false, 1);
}

// Messages of a compiler deny much and speak of nobody.
function messageRows(messages: string): Row[] {
  return globSync('*/diagnosticMessages.generated.json', { cwd: messages }).flatMap(path => {
    const read = JSON.parse(readFileSync(join(messages, path), 'utf8')) as Record<string, string>;
    const all = Object.values(read);
    return Array.from({ length: 250 }, () => {
      const text = pick(all).replaceAll(/['"“”«»「」]?\{\d\}['"“”«»「」]?/g, () => pick(values));
      return row(text, pick(english), false, 0.5);
    });
  });
}

const values = ['x', 'name', 'Foo', '12', 'value'];
const factual =
  /^(?:trivia|science|literature|history|sports|computers|movies|food|money|health|coding)\.yml$/;
const mayBeTalk = /know|sorry|don't|can't|cannot|\bI\b|\bi'|weiß|sais|sé\b|知|わかり|모르/;

// Questions and answers about facts, at most 250 of a language.
function dialogueRows(dialogues: string): Row[] {
  const files = globSync('*/*.yml', { cwd: dialogues }).filter(path =>
    factual.test(basename(path)),
  );
  const byLanguage = Map.groupBy(files, path => path.split('/')[0]!);
  return [...byLanguage.values()].flatMap(paths => {
    const pairs = paths.flatMap(path => pairsIn(readFileSync(join(dialogues, path), 'utf8')));
    return pairs
      .filter(([, answer]) => !mayBeTalk.test(answer))
      .sort(() => draw() - 0.5)
      .slice(0, 250)
      .map(([question, answer]) => {
        const text = answer
          .split(/(?<=[.!?])\s+/)
          .slice(0, 2)
          .join(' ');
        return row(text, draw() < 0.6 ? question : pick(english), false, 0.7);
      });
  });
}

function pairsIn(yaml: string): (readonly [question: string, answer: string])[] {
  return yaml.split(/^- - /m).flatMap(turn => {
    const [question, answer] = turn.split(/\n {2}- /).map(part => part.replace(/\s+/g, ' ').trim());
    return question && answer ? [[question, answer] as const] : [];
  });
}

function roundRows(): Row[] {
  return table('rounds.tsv').map(([, kind, text, request]) =>
    row(text!.replaceAll('\\n', '\n'), request!, kind === 'none', 2),
  );
}

function row(text: string, request: string, isTalk: boolean, weight: number): Row {
  return { text, request, isTalk, weight };
}

function questionsOf(language: string): string[] {
  return questions.get(language)!.map(([, question]) => question!);
}

function linesOf(file: string): string[] {
  return readFileSync(join(folder, file), 'utf8')
    .split('\n')
    .filter(line => line !== '');
}

function table(file: string): string[][] {
  return linesOf(file).map(line => line.split('\t'));
}

function tables(file: string): (readonly [string, string])[] {
  return table(file).map(([first, second]) => [first!, second!]);
}
