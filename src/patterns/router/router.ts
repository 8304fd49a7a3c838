import { nearest } from '../../algorithms/nearest.ts';
import type { RouterAim } from '../../eval/router/router-decision.ts';
import { readRouterFile } from '../../eval/router/router-file.ts';
import type { RouterWeights } from '../../eval/router/router-weights.ts';
import { requireRange, TandemError } from '../../model/errors.ts';
import { defineFact } from '../../model/leaf/model/model-record.ts';
import { definePattern, handOff } from '../../model/pattern/define-pattern.ts';
import { degradedBy, placeIsClosed } from '../../model/pattern/degrade.ts';
import type { Call, LanguageModel } from '../../model/types.ts';
import { type Decider, decide, type RouteDecision } from './decide.ts';
import type { DriftMonitor } from './drift.ts';
import { labelled, type Rule } from './rules.ts';
import type { Scorer } from './scorer.ts';
import { defaultWeights, trainedScorer } from './trained-scorer.ts';

/** Options of a router. */
export interface RouterOptions {
  readonly local: LanguageModel;
  readonly cloud: LanguageModel;
  /** Answers what the scorer cannot tell, such as a cascade. Default: the cloud. */
  readonly unsure?: LanguageModel;
  /** Further models by name, to which rules can send requests. */
  readonly models?: Readonly<Record<string, LanguageModel>>;
  /**
   * Trained weights, or the path of a file of `tandem train router`. Default: those that come with
   * the package.
   */
  readonly weights?: RouterWeights | string;
  /** With weights: three outcomes (`decided`), or two that keep the cloud's quality (`kept`). */
  readonly aim?: RouterAim;
  /** In place of weights: `handScorer()`, `knnScorer(rows)`, `llmScorer(model)`, or your own. */
  readonly scorer?: Scorer;
  /**
   * For scorers without thresholds of their own: from this score the local model answers, 0..1.
   * Default: 0.65.
   */
  readonly localFrom?: number;
  /** Below this score the cloud answers, 0..1. Default: 0.35. */
  readonly cloudBelow?: number;
  /** Asked in order before the scorer. Default: `[labelled('local-only')]`. */
  readonly rules?: readonly Rule[];
  /** Whether a conversation that went to the cloud stays there. Default: true. */
  readonly sticky?: boolean;
  /** Is told of every decision. */
  readonly drift?: DriftMonitor;
  /**
   * When the chosen place cannot be had: let the other answer, marked `degraded`, or fail. Default:
   * `degrade`.
   */
  readonly offline?: 'degrade' | 'fail';
}

const deciders = defineFact<Decider>('router');

/**
 * Decides before anyone answers: simple requests go to the local model, hard ones to the cloud, and
 * those between to the `unsure` model. Source: RouteLLM (arXiv:2406.18665), with a third outcome.
 */
export function router(options: RouterOptions): LanguageModel {
  const { local, cloud, offline = 'degrade', drift } = options;
  const decider = deciderOf(options);
  const pattern = definePattern({
    name: 'router',
    models: [...new Set(Object.values(decider.models))],
    baseline: cloud,
    async generate(call, ask) {
      const decision = await decide(decider, call, ask);
      ask.signal.throwIfAborted();
      drift?.observe(decision);
      const model = decider.models[decision.to]!;
      const other = model === local ? cloud : local;
      const { reason, score, to } = decision;
      return handOff(model, call, {
        about: { reason, ...(score !== undefined && { confidence: score }) },
        name: to,
        recover: error => {
          if (offline === 'fail' || decision.by === 'tool loop' || !placeIsClosed(error))
            throw error;
          const why = `${reason}; ${to}: ${error.code}`;
          return handOff(other, call, {
            about: { reason: why, ...degradedBy(error) },
            recover: () => rethrow(error),
          });
        },
      });
    },
  });
  deciders.note(pattern, decider);
  return pattern;
}

/**
 * Tells where a router would send a call, without asking any model; `undefined` of a model that is
 * no router.
 * @throws TandemError as the router would
 */
export async function decideRoute(
  model: LanguageModel,
  call: Call,
): Promise<RouteDecision | undefined> {
  const decider = deciders.of(model);
  return decider && decide(decider, call);
}

function deciderOf(options: RouterOptions): Decider {
  const { local, cloud, unsure = cloud, rules = [labelled('local-only')], sticky = true } = options;
  if (options.scorer && (options.weights !== undefined || options.aim !== undefined)) {
    throw new TandemError(
      'invalid_argument',
      '`scorer` and `weights` exclude each other. Give one of them.',
    );
  }
  const cloudBelow = requireRange(
    'cloudBelow',
    options.cloudBelow ?? 0.35,
    [0, 1],
    'It is a score.',
  );
  const advice = `It is a score, at least \`cloudBelow\` (${cloudBelow}).`;
  const localFrom = requireRange('localFrom', options.localFrom ?? 0.65, [cloudBelow, 1], advice);
  const models = { ...options.models, local, cloud, unsure };
  for (const { to, name } of rules)
    if (!Object.hasOwn(models, to)) throw unknownTarget(name, to, Object.keys(models));
  return {
    models,
    rules,
    scorer: options.scorer ?? trainedScorer(weightsOf(options), options.aim),
    thresholds: { localFrom, cloudBelow },
    isSticky: sticky,
  };
}

function weightsOf({ weights, local, cloud }: RouterOptions): RouterWeights {
  if (weights === undefined) return defaultWeights();
  const read = typeof weights === 'string' ? readRouterFile(weights) : weights;
  for (const [role, model] of Object.entries({ local, cloud })) {
    const trained = read.pair[role as 'local' | 'cloud'];
    if (trained !== 'unknown' && trained !== model.modelId) {
      const message =
        `These weights were trained on outcomes of "${trained}" as ${role}, and ` +
        `"${model.modelId}" is used. ` +
        'Train weights for this pair, or use the models that they know.';
      throw new TandemError('invalid_argument', message, {
        data: { role, trained, used: model.modelId },
      });
    }
  }
  return read;
}

function unknownTarget(rule: string, to: string, known: readonly string[]): TandemError {
  const near = nearest(to, known);
  const hint = near ? `Did you mean "${near}"?` : `Known: ${known.join(', ')}.`;
  return new TandemError(
    'unknown_name',
    `The rule "${rule}" sends to "${to}", which is no model here. ${hint}`,
  );
}

function rethrow(error: TandemError): never {
  throw error;
}
