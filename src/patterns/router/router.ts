import { answererOf } from '../../model/answerer.ts';
import { definePattern } from '../../model/define-pattern.ts';
import { degradedBy, placeIsClosed } from '../../model/degrade.ts';
import { requireRange, TandemError } from '../../model/errors.ts';
import { handOff } from '../../model/outcome.ts';
import { userText } from '../../model/question.ts';
import type { Call, LanguageModel } from '../../model/types.ts';
import { handScorer } from './hand-scorer.ts';

/**
 * Scores a request: the probability, 0..1, that the local model answers it well. It sees the user's own turn only,
 * never tool results or retrieved text, which an attacker could write.
 */
export type Scorer = (text: string, call: Call) => number | Promise<number>;

/** Options of a router. */
export interface RouterOptions {
  readonly local: LanguageModel;
  readonly cloud: LanguageModel;
  /** Answers what the scorer cannot tell, such as a cascade. Default: the cloud. */
  readonly unsure?: LanguageModel;
  /** Default: `handScorer()`, hand-written and untrained. */
  readonly scorer?: Scorer;
  /** From this score the local model answers, 0..1. Default: 0.65. */
  readonly localFrom?: number;
  /** Below this score the cloud answers, 0..1. Default: 0.35. */
  readonly cloudBelow?: number;
  /** When the chosen place cannot be had: let the other answer, marked `degraded`, or fail. Default: `degrade`. */
  readonly offline?: 'degrade' | 'fail';
}

/**
 * Decides before anyone answers: simple requests go to the local model, hard ones to the cloud, and those between to
 * the `unsure` model. Source: RouteLLM (arXiv:2406.18665), with a third outcome.
 */
export function router(options: RouterOptions): LanguageModel {
  const { local, cloud, unsure = cloud, scorer = handScorer(), offline = 'degrade' } = options;
  const cloudBelow = requireRange('cloudBelow', options.cloudBelow ?? 0.35, [0, 1], 'It is a score.');
  const advice = `It is a score, at least \`cloudBelow\` (${cloudBelow}).`;
  const localFrom = requireRange('localFrom', options.localFrom ?? 0.65, [cloudBelow, 1], advice);
  return definePattern({
    name: 'router',
    models: [local, cloud, ...(unsure === cloud ? [] : [unsure])],
    baseline: cloud,
    async generate(call, ask) {
      const begun = [local, cloud, unsure].find(model => model.modelId === answererOf(call));
      if (begun) return handOff(begun, call, { about: { reason: 'the tool loop began there' } });
      const score = requireScore(await scorer(userText(call), call));
      ask.signal.throwIfAborted();
      const route = routeOf(score, { localFrom, cloudBelow });
      const model = { local, cloud, unsure }[route.to];
      const other = model === local ? cloud : local;
      return handOff(model, call, {
        about: { reason: route.reason, confidence: score },
        name: route.to,
        recover: error => {
          if (offline === 'fail' || !placeIsClosed(error)) throw error;
          const reason = `${route.reason}; ${route.to}: ${error.code}`;
          return handOff(other, call, { about: { reason, ...degradedBy(error) }, recover: () => rethrow(error) });
        },
      });
    },
  });
}

/** Where a request goes and why. */
interface Route {
  readonly to: 'local' | 'cloud' | 'unsure';
  readonly reason: string;
}

function routeOf(score: number, { localFrom, cloudBelow }: { localFrom: number; cloudBelow: number }): Route {
  const shown = `score ${score.toFixed(2)}`;
  if (score >= localFrom) return { to: 'local', reason: `${shown} ≥ ${localFrom}: simple` };
  if (score < cloudBelow) return { to: 'cloud', reason: `${shown} < ${cloudBelow}: hard` };
  return { to: 'unsure', reason: `${shown} between ${cloudBelow} and ${localFrom}: unsure` };
}

function requireScore(score: number): number {
  if (score >= 0 && score <= 1) return score;
  throw new TandemError('invalid_argument', `The scorer gave ${score}. It must give a number from 0 to 1.`);
}

function rethrow(error: TandemError): never {
  throw error;
}
