import {
  type LanguageModel,
  maker,
  model,
  type Summary,
  summaryOf,
  TandemError,
  type Task,
  userCall,
} from '../../../src/index.ts';
import {
  type HanoiMove,
  type HanoiState,
  hanoiPrompt,
  hanoiStart,
  hanoiTruth,
  isHanoiDone,
  isSameHanoi,
  parseHanoi,
} from '../../../src/testing/index.ts';
import type { Item, Scenario, Section, Stage } from './section.ts';
import { totals } from './section.ts';

const disks = 8;
const steps = 2 ** disks - 1;
// Chosen so that errors occur: at temperature 0 this toy makes one error in two thousand steps.
const temperature = 1.5;
const singleSeeds = [1, 2, 3, 4, 5];
const votedSeed = 1;
const k = 3;

/** A long mechanical task: Towers of Hanoi, one sample a step beside votes, so that failure and cure are both seen. */
export const longTask: Scenario = {
  pattern: 'maker',
  scenario: `long task: Towers of Hanoi, ${disks} disks, ${steps} steps`,
  async play(stage) {
    const solver = model('tiny:hanoi-random-errors');
    const runs: Outcome[] = [];
    for (const seed of singleSeeds) runs.push(await play(solver, { k: 1, seed, stage }));
    const voted = await play(solver, { k, seed: votedSeed, stage });
    const failed = runs.filter(({ isRight }) => !isRight).length;
    return {
      ok: voted.isRight && failed > singleSeeds.length / 2,
      answeredBy: solver.modelId,
      reason: voted.item.why,
      ...totals([...runs, voted].flatMap(({ summary }) => summary ?? [])),
      wouldGo: { items: 0, tokens: 0, costUsd: 0 },
      items: [...runs, voted].map(({ item }) => item),
      standIns: standIns(solver),
    };
  },
};

interface Outcome {
  readonly isRight: boolean;
  readonly item: Item;
  readonly summary: Summary | undefined;
}

interface Attempt {
  readonly k: number;
  readonly seed: number;
  readonly stage: Stage;
}

/** The state with what the rule says of it; the rule only measures, it does not help. */
interface Measured {
  readonly hanoi: HanoiState;
  readonly isRight: boolean;
  readonly step: number;
}

async function play(solver: LanguageModel, { k: lead, seed, stage }: Attempt): Promise<Outcome> {
  const reached: { state?: Measured } = {};
  const task = hanoiTask(state => {
    reached.state = state;
    if (state.step % 5 === 0)
      stage.terminal.progress(`maker, k = ${lead}, seed ${seed}: step ${state.step} of ${steps}`);
  });
  const pattern = maker<Measured, HanoiMove>({
    solver,
    task: () => task,
    k: lead,
    temperatures: [temperature, temperature],
    seed,
  });
  try {
    const answer = await pattern.doGenerate(userCall(`Solve ${disks} disks.`, { abortSignal: stage.signal }));
    const summary = summaryOf(answer)!;
    return outcomeOf({ lead, seed, state: reached.state, summary, why: summary.reason });
  } catch (error) {
    if (!TandemError.isInstance(error)) throw error;
    return outcomeOf({ lead, seed, state: reached.state, summary: undefined, why: error.message });
  }
}

// A run ends where it leaves the right path: what comes after could not be right any more.
function hanoiTask(onState: (state: Measured) => void): Task<Measured, HanoiMove> {
  return {
    origin: 'declared strategy',
    initial: { hanoi: hanoiStart(disks), isRight: true, step: 0 },
    isDone: ({ hanoi, isRight }) => !isRight || isHanoiDone(hanoi),
    prompt: state => {
      onState(state);
      return { text: hanoiPrompt(state.hanoi), stopSequences: [';'], maxOutputTokens: 24 };
    },
    parse: (state, text) => {
      const move = parseHanoi(state.hanoi, text);
      if ('redFlag' in move) return move;
      const isRight = isSameHanoi(move.next, hanoiTruth(state.hanoi).next);
      return { action: move.action, next: { hanoi: move.next, isRight, step: state.step + 1 } };
    },
    key: ({ action, next }) => `${action.disk}${action.from}${action.to} ${JSON.stringify(next.hanoi.pegs)}`,
    answer: (state, actions) => {
      onState(state);
      return `${actions.length} moves`;
    },
  };
}

function outcomeOf(facts: {
  readonly lead: number;
  readonly seed: number;
  readonly state: Measured | undefined;
  readonly summary: Summary | undefined;
  readonly why: string;
}): Outcome {
  const { lead, seed, state, summary, why } = facts;
  const isRight = state?.isRight === true && state.step === steps;
  const says = isRight ? `all ${steps} steps right` : `wrong at step ${state?.step ?? '?'} of ${steps}`;
  const shown = lead === 1 ? 'one sample a step' : `votes, ahead by ${lead}`;
  return {
    isRight,
    summary,
    item: {
      request: `k = ${lead} (${shown}), temperature ${temperature}, seed ${seed}`,
      answer: says,
      outcome: 'local',
      isRight,
      why,
      ...(lead === 1 && !isRight && { isMeantToFail: true }),
    },
  };
}

function standIns(solver: LanguageModel): Section['standIns'] {
  return [
    `${solver.modelId} is a toy of under 1 MB, trained on this one step; the strategy is declared, there is no planner`,
    `every vote is drawn at temperature ${temperature}, chosen so that errors occur`,
  ];
}
