import { hanoiTask, type Task, type TowerState } from '../../../src/entries/solve.ts';
import {
  type LanguageModel,
  maker,
  model,
  type Summary,
  summaryOf,
  TandemError,
  userCall,
} from '../../../src/index.ts';
import type { Item, Scenario, Section, Stage } from './section.ts';
import { totals } from './section.ts';

const disks = 8;
const steps = 2 ** disks - 1;
// Chosen so that errors occur: at temperature 0 this toy makes none on these steps.
const temperature = 1.7;
const singleSeeds = [1, 2, 3, 4, 5];
const votedSeed = 1;
const k = 3;

/**
 * A long mechanical task: Towers of Hanoi, one sample a step beside votes, so that failure and cure
 * are both seen.
 */
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
  readonly tower: TowerState;
  readonly isRight: boolean;
  readonly step: number;
}

async function play(solver: LanguageModel, { k: lead, seed, stage }: Attempt): Promise<Outcome> {
  const reached: { state?: Measured } = {};
  const task = measured(state => {
    reached.state = state;
    if (state.step % 5 === 0)
      stage.terminal.progress(`maker, k = ${lead}, seed ${seed}: step ${state.step} of ${steps}`);
  });
  const pattern = maker<Measured, string>({
    solver,
    task: () => task,
    k: lead,
    temperatures: [temperature, temperature],
    seed,
  });
  try {
    const answer = await pattern.doGenerate(
      userCall(`Solve ${disks} disks.`, { abortSignal: stage.signal }),
    );
    const summary = summaryOf(answer)!;
    return outcomeOf({ lead, seed, state: reached.state, summary, why: summary.reason });
  } catch (error) {
    if (!TandemError.isInstance(error)) throw error;
    return outcomeOf({ lead, seed, state: reached.state, summary: undefined, why: error.message });
  }
}

// A run ends where it leaves the right path: what comes after could not be right any more.
function measured(onState: (state: Measured) => void): Task<Measured, string> {
  // Form alone is checked, as in the paper: with the rules of the game as a check, hardly an error
  // is left to vote on.
  const towers = hanoiTask(disks, { checks: 'form' });
  return {
    name: 'declared strategy',
    initial: { tower: towers.initial, isRight: true, step: 0 },
    isDone: state => !state.isRight || towers.isDone(state.tower),
    prompt: (state, wording) => {
      onState(state);
      return towers.prompt(state.tower, wording);
    },
    parse: (text, { tower }, wording) => {
      const move = towers.parse(text, tower, wording);
      return 'redFlag' in move ? move : { action: move.action };
    },
    apply: ({ tower, step }, action) => ({
      tower: towers.apply(tower, action),
      isRight: action === towers.truth!(tower),
      step: step + 1,
    }),
    key: action => action,
    answer: state => {
      onState(state);
      return `${state.step} moves`;
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
  const says = isRight
    ? `all ${steps} steps right`
    : `wrong at step ${state?.step ?? '?'} of ${steps}`;
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
    `${solver.modelId} is a toy of under 1 MB, trained on this one step; the strategy is ` +
      'declared, there is no planner',
    `every vote is drawn at temperature ${temperature}, chosen so that errors occur`,
  ];
}
