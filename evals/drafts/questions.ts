import { seededRandom } from '../../src/testing/index.ts';
import { factQuestions } from './facts.ts';
import { textQuestions } from './texts.ts';

/** A question with exact truth. */
export interface Question {
  /** `sums-7` */
  readonly id: string;
  readonly task: string;
  readonly prompt: string;
  readonly maxOutputTokens: number;
  /** Whether the answer is asked for as an object with one field, `answer`. */
  readonly isObject?: boolean;
  /** Whether further samples of it are drawn, as it is of every fourth. */
  readonly isCompared: boolean;
  isRight(text: string): boolean;
}

/** Draws whole numbers. */
export type Draw = (from: number, to: number) => number;

/** A question before it has a number. */
export type Asked = Omit<Question, 'id' | 'task' | 'maxOutputTokens' | 'isCompared'> & {
  readonly most?: number;
};

/** Makes the n-th question of a task. */
export type Maker = (draw: Draw, n: number) => Asked;

/** Questions of every task, one after the other by turns, so that any beginning holds them all. */
export function questions(each: number, seed: number): Question[] {
  const byTask = Object.entries({ ...numberTasks, ...factQuestions, ...textQuestions });
  const made = byTask.map(([task, maker], place) => {
    const random = seededRandom(seed * 1000 + place);
    const draw: Draw = (from, to) => from + Math.floor(random() * (to - from + 1));
    const seen = new Set<string>();
    const found: Question[] = [];
    for (let tries = 0; found.length < each && tries < each * 20; tries++) {
      const { most = 16, ...asked } = maker(draw, found.length);
      if (seen.has(asked.prompt)) continue;
      seen.add(asked.prompt);
      const n = found.length;
      const isCompared = n % 4 === 3;
      found.push({ ...asked, id: `${task}-${n}`, task, maxOutputTokens: most, isCompared });
    }
    return found;
  });
  const isShort = ({ maxOutputTokens }: Question) => maxOutputTokens <= longestOften;
  return Array.from({ length: each }, (_, n) =>
    made.flatMap(of => of[n] ?? []).filter(question => n % 8 === 7 || isShort(question)),
  ).flat();
}

// Longer answers take a slow model long: they come in every eighth round.
const longestOften = 60;

/** Accepts texts whose last number is this one. */
export function lastNumberIs(value: number): (text: string) => boolean {
  return text => {
    const found = text.replaceAll(/(\d),(?=\d{3})/g, '$1').match(/-?\d+(?:\.\d+)?/g);
    return Number(found?.at(-1)) === value;
  };
}

const numberTasks: Readonly<Record<string, Maker>> = {
  sums: (draw, n) => {
    const [text, value] = operation(draw, n);
    return asNumber(`Reply with the number only. What is ${text}?`, value);
  },
  'two-steps': draw => {
    const [a, b, c] = [draw(11, 99), draw(3, 19), draw(10, 400)];
    return draw(0, 1) === 0
      ? asNumber(`What is ${a} * ${b} - ${c}? Reply with the number only.`, a * b - c)
      : asNumber(`What is ${c} + ${a} - ${b}? Reply with the number only.`, c + a - b);
  },
  objects: (draw, n) => {
    const [text, value] = operation(draw, n + 2);
    return {
      prompt: `What is ${text}?`,
      isObject: true,
      most: 40,
      isRight: said => objectAnswer(said) === value,
    };
  },
  minutes: draw => {
    const [hours, minutes] = [draw(2, 14), draw(1, 11) * 5];
    const question = `How many minutes are ${hours} hours and ${minutes} minutes?`;
    return asNumber(`${question} Answer with one number.`, hours * 60 + minutes);
  },
  largest: draw => {
    const numbers = Array.from({ length: 4 }, () => draw(1000, 1999));
    const prompt = `Which of these numbers is the largest: ${numbers.join(', ')}? Number only.`;
    return asNumber(prompt, Math.max(...numbers));
  },
  divisible: draw => {
    const [number, by] = [draw(20, 199), draw(3, 9)];
    const word = number % by === 0 ? 'yes' : 'no';
    const prompt = `Is ${number} divisible by ${by}? Answer yes or no.`;
    return { prompt, most: 8, isRight: text => firstWord(text) === word };
  },
  steps: draw => {
    const [a, b, price] = [draw(3, 12), draw(2, 9), draw(2, 15)];
    const prompt =
      `A shop sold ${a} boxes on Monday and ${b} more boxes than that on Tuesday. Each box costs ` +
      `${price} euros. How many euros came in on both days together? Think step by step in at ` +
      'most three short sentences, and end with "Answer: NUMBER".';
    return { prompt, most: 110, isRight: lastNumberIs((a + a + b) * price) };
  },
};

function operation(draw: Draw, n: number): readonly [text: string, value: number] {
  const kind = n % 5;
  if (kind === 2) {
    const [a, b] = [draw(3, 19), draw(3, 12)];
    return [`${a} * ${b}`, a * b];
  }
  const [a, b] = kind < 2 ? [draw(40, 99), draw(11, 39)] : [draw(110, 899), draw(11, 99)];
  return kind % 2 === 0 ? [`${a} - ${b}`, a - b] : [`${a} + ${b}`, a + b];
}

function asNumber(prompt: string, value: number): Asked {
  return { prompt, isRight: lastNumberIs(value) };
}

function firstWord(text: string): string | undefined {
  return /[a-z]+/.exec(text.toLowerCase())?.[0];
}

function objectAnswer(text: string): unknown {
  try {
    return (JSON.parse(text) as { readonly answer?: unknown }).answer;
  } catch {
    return undefined;
  }
}
