import type { DriftMonitor } from '../../eval/calibration/drift.ts';
import { TandemError } from '../../model/errors.ts';
import { answererOf } from '../../model/pattern/answerer.ts';
import type { Ask } from '../../model/pattern/ask.ts';
import { unmetNeed } from '../../model/pattern/unmet-need.ts';
import { userTexts } from '../../model/question.ts';
import type { Call, LanguageModel } from '../../model/types.ts';
import type { Rule } from './rules.ts';
import type { Scored, Scorer } from './scorer.ts';

/** Where a request goes and why. */
export interface RouteDecision {
  /** `local`, `cloud`, `unsure`, or the name of a further model. */
  readonly to: string;
  /** Id of the model that would answer. */
  readonly model: string;
  readonly by: 'tool loop' | 'rule' | 'conversation' | 'scorer' | 'capability';
  /** Probability that the local model answers well, 0..1; absent where no scorer was asked. */
  readonly score?: number;
  /** A few words. */
  readonly reason: string;
  readonly watched?: Readonly<Record<string, number>>;
}

/** What a router decides with. */
export interface Decider {
  readonly models: Readonly<Record<string, LanguageModel>>;
  readonly rules: readonly Rule[];
  readonly scorer: Scorer;
  readonly thresholds: { readonly localFrom: number; readonly cloudBelow: number };
  readonly isSticky: boolean;
  /** Watches what is decided. */
  readonly drift?: DriftMonitor;
}

// Turns of a conversation that are looked back on.
const mostTurns = 8;

/**
 * Decides about a call: tool loop, rules, conversation, scorer, in this order; a model that is
 * known not to do what the call needs gives way to the cloud. No answer is asked for.
 */
export async function decide(decider: Decider, call: Call, ask?: Ask): Promise<RouteDecision> {
  const { models } = decider;
  const decision = await chosen(decider, call, ask);
  if (decision.by === 'tool loop' || decision.to === 'cloud') return decision;
  const unmet = await unmetNeed(models[decision.to]!, call);
  if (unmet === undefined || (await unmetNeed(models.cloud!, call)) !== undefined) return decision;
  const { to: _to, model: _model, reason, ...rest } = decision;
  return named(models, 'cloud', {
    ...rest,
    by: 'capability',
    reason: reason === '' ? unmet : `${reason}; ${unmet}`,
  });
}

async function chosen(decider: Decider, call: Call, ask: Ask | undefined): Promise<RouteDecision> {
  const { models, rules } = decider;
  const begunBy = answererOf(call);
  const begun = Object.entries(models).find(([, model]) => model.modelId === begunBy);
  if (begun)
    return named(models, begun[0], { by: 'tool loop', reason: 'the tool loop began there' });
  const turns = userTexts(call).slice(-mostTurns);
  const text = turns.at(-1) ?? '';
  const rule = rules.find(each => each.applies(text, call));
  if (rule) return named(models, rule.to, { by: 'rule', reason: `rule: ${rule.name}` });
  const { to, scored } = await routed(decider, { text, call, ask });
  const about = {
    score: scored.score,
    reason: scored.reason ?? '',
    ...(scored.watched && { watched: scored.watched }),
  };
  const before =
    to !== 'cloud' && decider.isSticky ? await cloudTurn(decider, turns, call) : undefined;
  if (before === undefined) return named(models, to, { by: 'scorer', ...about });
  const reason = `${about.reason}; the conversation went to the cloud ${before} turns ago`;
  return named(models, 'cloud', { by: 'conversation', ...about, reason });
}

// A conversation that went to the cloud stays there. Its turns are scored again: nothing is
// remembered between calls.
async function cloudTurn(
  decider: Decider,
  turns: readonly string[],
  call: Call,
): Promise<number | undefined> {
  if (decider.scorer.asksModel || decider.scorer.sparesCloud) return undefined;
  for (let ago = 1; ago < turns.length; ago++) {
    const { to } = await routed(decider, { text: turns.at(-1 - ago)!, call });
    if (to === 'cloud') return ago;
  }
  return undefined;
}

async function routed(
  { scorer, thresholds }: Decider,
  { text, call, ask }: { text: string; call: Call; ask?: Ask | undefined },
): Promise<{ to: string; scored: Scored }> {
  const said = await scorer(text, call, ask);
  const scored = typeof said === 'number' ? { score: said } : said;
  const score = requireScore(scored.score);
  if (scored.to !== undefined) return { to: scored.to, scored };
  const { localFrom, cloudBelow } = thresholds;
  const shown =
    scored.reason === undefined
      ? `score ${score.toFixed(2)}`
      : `${scored.reason}, score ${score.toFixed(2)}`;
  if (score >= localFrom)
    return { to: 'local', scored: { ...scored, reason: `${shown} ≥ ${localFrom}: simple` } };
  if (score < cloudBelow)
    return { to: 'cloud', scored: { ...scored, reason: `${shown} < ${cloudBelow}: hard` } };
  return {
    to: 'unsure',
    scored: { ...scored, reason: `${shown} between ${cloudBelow} and ${localFrom}: unsure` },
  };
}

function named(
  models: Decider['models'],
  to: string,
  about: Omit<RouteDecision, 'to' | 'model'>,
): RouteDecision {
  return { to, model: models[to]!.modelId, ...about };
}

function requireScore(score: number): number {
  if (score >= 0 && score <= 1) return score;
  throw new TandemError(
    'invalid_argument',
    `The scorer gave ${score}. It must give a number from 0 to 1.`,
  );
}
