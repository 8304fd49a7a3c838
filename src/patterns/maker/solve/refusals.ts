import type { RedFlag, StepPrompt } from './task.ts';

/** How many flagged answers are borne with while none was valid. */
export interface FlagPatience {
  /** Equal ones, or ones flagged alike, after which the solver is told why. */
  readonly tellAfter: number;
  /** Equal ones after which the step ends. */
  readonly equal: number;
  /** Ones flagged for the same reason, in whatever words, after which the step ends. */
  readonly alike: number;
}

// A solver that is flagged by chance in one sample of five gives eight equal flags and nothing else
// once in 400,000 steps; one that always writes the same is known after three.
const usualPatience: FlagPatience = { tellAfter: 3, equal: 8, alike: 12 };

/** An answer that was flagged, and how often. */
export interface FlagTally extends RedFlag {
  readonly times: number;
  /** How often the same flag was raised, by whatever answers. */
  readonly alike: number;
}

/** Flagged answers of one step. */
export interface Refusals {
  add(flagged: RedFlag): void;
  /** What the solver is to be told from now on. */
  readonly told: RedFlag | undefined;
  /** Samples that may still be drawn while none is valid. */
  readonly room: number;
  /** The answer that was flagged most often; where all differ, one with the commonest flag. */
  readonly most: FlagTally | undefined;
}

/** Begins to count flagged answers. */
export function openRefusals(patience: FlagPatience = usualPatience): Refusals {
  const byAnswer = new Map<string, number>();
  const byFlag = new Map<string, number>();
  let most: FlagTally | undefined;
  let alike: FlagTally | undefined;
  return {
    add(flagged) {
      const key = JSON.stringify([flagged.redFlag, flagged.answer]);
      const refusal = {
        ...flagged,
        times: (byAnswer.get(key) ?? 0) + 1,
        alike: (byFlag.get(flagged.redFlag) ?? 0) + 1,
      };
      byAnswer.set(key, refusal.times);
      byFlag.set(flagged.redFlag, refusal.alike);
      if (!most || refusal.times > most.times) most = refusal;
      if (!alike || refusal.alike > alike.alike) alike = refusal;
    },
    // Answers that differ may all have one fault.
    get told() {
      return [most, alike].find(each => each && each.alike >= patience.tellAfter);
    },
    get room() {
      const left = patience.alike - (alike?.alike ?? 0);
      return Math.max(0, Math.min(patience.equal - (most?.times ?? 0), left));
    },
    get most() {
      return most && most.times > 1 ? most : alike;
    },
  };
}

/** Tells a solver why its earlier answer is refused. What a toy reads stays as it learned it. */
export function withFault(prompt: StepPrompt, { redFlag, answer }: RedFlag): StepPrompt {
  const isShort = answer !== undefined && answer.trim() !== '' && answer.length <= 80;
  const what = isShort ? `The answer ${JSON.stringify(answer.trim())}` : 'An earlier answer';
  const text = `${prompt.text}\n${what} was refused: ${redFlag}. Give another answer.`;
  return { ...prompt, text, toy: prompt.toy ?? prompt };
}

/** Quotes a flagged answer in one line, for an error or a page. */
export function quoteOf({ answer }: RedFlag): string {
  const line = (answer ?? '').replace(/\s+/g, ' ').trim();
  if (line === '') return 'an empty answer';
  return `"${line.length > 120 ? `${line.slice(0, 119)}…` : line}"`;
}
