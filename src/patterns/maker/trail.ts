import type { Ask } from '../../model/pattern/ask.ts';
import type { Agreement } from './agreement.ts';
import type { PlanNode } from './plan.ts';
import { type Result, resultText } from './result.ts';
import type { StepDecision } from './solve/decide.ts';

/** A step of a plan as it went. */
export interface TrailStep {
  /** Its id, below those of the steps around it: `total/first`. */
  readonly step: string;
  readonly instruction: string;
  readonly needs: readonly string[];
  /** What it came to, clipped. */
  readonly result: string;
  readonly votes: number;
  /** Votes that agreed with the result. */
  readonly agreed: number;
}

/** The steps that were decided, in the order in which they ended. */
export interface PlanTrail {
  add(step: { path: string; node: PlanNode; result: Result; seen: Agreement }): void;
  /** Says what was left out of the plan, or done otherwise than it says. */
  say(what: string): void;
  readonly steps: readonly TrailStep[];
  readonly said: readonly string[];
}

const most = { steps: 30, said: 8, faults: 3, instruction: 200, result: 120 };

/** Begins to keep how a plan goes. */
export function openTrail(): PlanTrail {
  const steps: TrailStep[] = [];
  const said: string[] = [];
  return {
    steps,
    said,
    add({ path, node, result, seen }) {
      if (steps.length >= most.steps) return;
      steps.push({
        step: `${path}${node.id}`,
        instruction: clip(node.instruction, most.instruction),
        needs: node.needs,
        result: clip(resultText(result), most.result),
        ...seen,
      });
    },
    say(what) {
      if (said.length < most.said && !said.includes(what)) said.push(what);
    },
  };
}

/** Tells whoever watches how a step was voted on. */
export function tellVotes(
  ask: Pick<Ask, 'tell'>,
  step: string,
  { won, tally, samples, flags, result }: Voted,
): void {
  ask.tell({
    type: 'voted',
    step,
    votes: samples,
    agreed: won ? Math.max(...tally.counts.values()) : 0,
    flagged: flags.length,
    faults: [...new Set(flags)].slice(0, most.faults).map(fault => clip(fault, most.result)),
    ...(result !== undefined && { result: clip(result, most.result) }),
  });
}

interface Voted extends Pick<StepDecision<never, never>, 'tally' | 'samples' | 'flags'> {
  readonly won: unknown;
  /** What it came to, in words. */
  readonly result: string | undefined;
}

function clip(text: string, length: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}
