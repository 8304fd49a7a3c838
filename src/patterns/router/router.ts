import type * as z from 'zod';
import { nearest } from '../../algorithms/nearest.ts';
import { readOptions } from '../../config/read-options.ts';
import { driftMonitor, watchedBy } from '../../eval/calibration/drift.ts';
import { thresholdsFor } from '../../eval/router/router-decision.ts';
import { readRouterFile } from '../../eval/router/router-file.ts';
import { shareBelow, thresholdForShare } from '../../eval/router/router-reference.ts';
import type { RouterWeights } from '../../eval/router/router-weights.ts';
import { requireRange, TandemError } from '../../model/errors.ts';
import { failureWord } from '../../model/leaf/failure.ts';
import { defineFact } from '../../model/leaf/model/model-record.ts';
import { definePattern, delegate } from '../../model/pattern/define-pattern.ts';
import { degradedBy, placeIsClosed } from '../../model/pattern/degrade.ts';
import type { Embedder } from '../../model/pattern/embedding.ts';
import type { Call, LanguageModel } from '../../model/types.ts';
import { cascade } from '../cascade/cascade.ts';
import { type Decider, decide, type RouteDecision } from './decide.ts';
import { embeddingScorer } from './embedding-scorer.ts';
import { handScorer } from './hand-scorer.ts';
import { llmScorer } from './llm-scorer.ts';
import { type RouterOptions, routerOptions } from './options.ts';
import { labelled } from './rules.ts';
import { defaultWeights, guessOfComplexity, trainedScorer } from './trained-scorer.ts';

type RouterSettings = z.output<typeof routerOptions>;

const deciders = defineFact<Decider>('router');

/**
 * Decides before anyone answers: simple requests go to the local model, hard ones to the cloud, and
 * those between to the `unsure` model. Source: RouteLLM (arXiv:2406.18665), with a third outcome.
 * @example
 * ```ts
 * const platform = router({ local, cloud, rules: [code('cloud'), longerThan(4000, 'cloud')] });
 * const answer = await platform.doGenerate(userCall('Suggest a title for this post: …'));
 * ```
 */
export function router(options: RouterOptions): LanguageModel {
  const checked = readOptions(routerOptions, options, 'router');
  const { local, cloud, offline } = checked;
  const decider = deciderOf(checked);
  const { drift } = decider;
  const pattern = definePattern({
    name: 'router',
    models: [...new Set(Object.values(decider.models))],
    baseline: cloud,
    judgesBy: () => decidesBy(checked),
    async generate(call, ask) {
      const decision = await decide(decider, call, ask);
      ask.signal.throwIfAborted();
      drift?.observe(decision);
      for (const alarm of drift?.status().alarms ?? []) ask.warn(alarm);
      const model = decider.models[decision.to]!;
      const other = model === local ? cloud : local;
      const { reason, score, to } = decision;
      return delegate(model, call, {
        about: { reason, ...(score !== undefined && { confidence: score }) },
        name: to,
        recover: error => {
          // Calls that fit no tool are a fault of the draft, and no closed place.
          const isUnfit = error.code === 'bad_answer' && model !== cloud;
          const isClosed = placeIsClosed(error) && decision.by !== 'tool loop';
          if (!isUnfit && (offline === 'fail' || !isClosed)) throw error;
          const why = `${reason}; ${to}: ${failureWord(error)}`;
          return delegate(isUnfit ? cloud : other, call, {
            about: { reason: why, ...(isClosed && degradedBy(error)) },
            recover: () => rethrow(error),
          });
        },
      });
    },
  });
  deciders.note(pattern, decider);
  watchedBy(pattern, drift);
  return pattern;
}

/**
 * Tells where a router would send a call, without asking any model; `undefined` of a model that is
 * no router.
 * @throws TandemError as the router would
 * @example
 * ```ts
 * const decision = await decideRoute(platform, userCall('Prove Fermat\'s last theorem.'));
 * console.log(decision?.to, decision?.reason);
 * ```
 */
export async function decideRoute(
  model: LanguageModel,
  call: Call,
): Promise<RouteDecision | undefined> {
  const decider = deciders.of(model);
  return decider && decide(decider, call);
}

function deciderOf(options: RouterSettings): Decider {
  const { local, cloud, localFrom, cloudBelow, sticky } = options;
  const { unsure = unsureOf(options) } = options;
  const { rules = [labelled('local-only')] } = options;
  const advice = `It is a score, at least \`cloudBelow\` (${cloudBelow}).`;
  requireRange('localFrom', localFrom, [cloudBelow, 1], advice);
  const models = { ...options.models, local, cloud, unsure };
  for (const { to, name } of rules)
    if (!Object.hasOwn(models, to)) throw unknownTarget(name, to, Object.keys(models));
  const thresholds = { localFrom, cloudBelow };
  const scoring = scoringOf(options);
  return { models, rules, ...scoring, thresholds, isSticky: sticky };
}

// The weights of the package are a guess of complexity, whoever answers: what they leave open is
// tried by the local model first.
function unsureOf({ local, cloud, scorer = 'weights', weights }: RouterSettings): LanguageModel {
  return scorer === 'weights' && weights === undefined ? cascade({ local, cloud }) : cloud;
}

type Scoring = Pick<Decider, 'scorer' | 'drift'>;

function scoringOf(options: RouterSettings): Scoring {
  const { scorer: given = 'weights', weights, aim, anyPair, classifier, local } = options;
  const { cloudShare, embedder, drift } = options;
  const watching = drift && { drift };
  const isTrained = given === 'weights' || given === 'embedding';
  const named = typeof given === 'string' ? `\`${given}\`` : 'a function';
  const ofWeights = { weights, aim, anyPair: anyPair || undefined, cloudShare, embedder };
  const [other] = Object.entries(ofWeights).find(([, value]) => value !== undefined) ?? [];
  if (!isTrained && other !== undefined) {
    const message =
      `\`${other}\` belongs to trained weights, and the scorer is ${named}, which reads none. ` +
      `Leave \`${other}\` or \`scorer\` away.`;
    throw new TandemError('invalid_argument', message, { data: { option: other } });
  }
  if (classifier && given !== 'llm') {
    const message =
      '`classifier` is asked by `scorer: llm` alone, and the scorer is ' +
      `${named}. Set one of them.`;
    throw new TandemError('invalid_argument', message);
  }
  if (given === 'llm') return { scorer: llmScorer(classifier ?? local), ...watching };
  if (given === 'hand') return { scorer: handScorer(), ...watching };
  return { ...(isTrained ? trained(options) : { scorer: given }), ...watching };
}

// Weights of one's own know what their requests were like; those of the package are a guess anyway.
function trained(options: RouterSettings): Scoring {
  const { embedderMs } = options;
  const weights = weightsOf(options);
  const aim = aimOf(options, weights);
  const settings = { aim, caveat: caveatOf(options) };
  const embedder = embedderFor(options, weights);
  const scorer = embedder
    ? embeddingScorer(weights, embedder, { ...settings, waitMs: embedderMs })
    : trainedScorer(weights, settings);
  if (options.weights === undefined) return { scorer };
  const { cloudBelow } = typeof aim === 'object' ? aim : thresholdsFor(weights, aim);
  const reference = { ...weights.reference, cloudShare: shareBelow(weights.reference, cloudBelow) };
  return { scorer, drift: driftMonitor({ reference }) };
}

function aimOf(options: RouterSettings, { reference }: RouterWeights) {
  const { aim, cloudShare, localFrom, cloudBelow } = options;
  if (cloudShare === undefined) return aim === 'guess' ? { localFrom, cloudBelow } : aim;
  if (aim !== undefined) {
    const message = '`aim` and `cloudShare` exclude each other. Give one of them.';
    throw new TandemError('invalid_argument', message);
  }
  const threshold = thresholdForShare(reference, cloudShare);
  return { localFrom: threshold, cloudBelow: threshold };
}

// The embedder of weights that read vectors. Another one's vectors would be numbers without a
// meaning to them.
function embedderFor(
  { scorer, embedder: given }: RouterSettings,
  { model: { embedder: known } }: RouterWeights,
): Embedder | undefined {
  if (known && given) {
    const { modelId } = given.leaf;
    if (modelId === known.name) return given;
    throw new TandemError(
      'invalid_argument',
      `These weights read vectors of "${known.name}", and the embedder is "${modelId}". Use ` +
        'that model, or train weights with this one.',
      { data: { trained: known.name, used: modelId } },
    );
  }
  if (!known && !given && scorer !== 'embedding') return undefined;
  const message = known
    ? `These weights read vectors of "${known.name}", and no embedder is given. Set \`embedder\`.`
    : 'These weights read words, and an embedder is set. Train weights by `tandem train router ' +
      '--scorer embedding --embedder MODEL@URL`, or leave `embedder` away.';
  throw new TandemError('invalid_argument', message);
}

function caveatOf({ weights, anyPair }: RouterSettings): string | undefined {
  if (weights === undefined) return guessOfComplexity;
  return anyPair ? 'weights of any pair' : undefined;
}

// In a few words, of the prompt alone.
function decidesBy({ scorer = 'weights', classifier, local }: RouterSettings): string {
  if (typeof scorer !== 'string') return 'a scorer of its own';
  return scorer === 'llm' ? `the verdict of ${(classifier ?? local).modelId}` : `scorer ${scorer}`;
}

function weightsOf({ weights, local, cloud, anyPair }: RouterSettings): RouterWeights {
  if (weights === undefined) return defaultWeights();
  const read = typeof weights === 'string' ? readRouterFile(weights) : weights;
  for (const [role, model] of Object.entries({ local, cloud })) {
    const trained = read.pair[role as 'local' | 'cloud'];
    if (!anyPair && trained !== 'unknown' && trained !== model.modelId) {
      const message =
        `These weights were trained on outcomes of "${trained}" as ${role}, and ` +
        `"${model.modelId}" is used. ` +
        'Train weights for this pair, use the models that they know, or set `anyPair: true` ' +
        '(`--any-pair`): what was promised of that pair then says nothing of this one.';
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
    `The rule "${rule}" sends to "${to}", which is not a model here. ${hint}`,
  );
}

function rethrow(error: TandemError): never {
  throw error;
}
