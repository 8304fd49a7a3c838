/** Whether a model of Ollama is told to think before it answers. */
import type { Call, Warning } from '../../model/types.ts';
import type { Description } from './description.ts';

/** What Ollama's `think` can be; a level is understood by models such as gpt-oss alone. */
export type Think = boolean | 'low' | 'medium' | 'high' | 'max';

/**
 * Says what of a call's `reasoning`, or of the `think` that was set, is sent to a model. A model
 * that does not think refuses to be told to; where its server does not say, what was set is sent.
 */
export function thinkOf(
  { reasoning }: Call,
  facts: {
    readonly set: unknown;
    readonly model: string;
    readonly described: Description | undefined;
  },
): { readonly think?: unknown; readonly warnings: Warning[] } {
  const { set, described, model } = facts;
  const isAsked = reasoning !== undefined && reasoning !== 'provider-default';
  if (set === undefined && !isAsked) return { warnings: [] };
  const wanted = set ?? (reasoning === 'none' ? false : wantedBy(reasoning!, model));
  const canThink = described?.capabilities?.includes('thinking');
  if (canThink === false || (canThink === undefined && set === undefined)) {
    const isOff = canThink === false && wanted === false;
    return { warnings: isOff ? [] : [notSent(model, canThink === false)] };
  }
  if (wanted !== false || !hasLevels(model)) return { think: wanted, warnings: [] };
  const details = `${model} always thinks: it was asked to think little.`;
  return { think: 'low', warnings: [{ type: 'unsupported', feature: 'reasoning', details }] };
}

/** Whether anything is said of thinking, so that it matters whether the model does. */
export function saysThinking({ reasoning, providerOptions }: Call, set: unknown): boolean {
  const isAsked = reasoning !== undefined && reasoning !== 'provider-default';
  return isAsked || set !== undefined || providerOptions?.ollama?.think !== undefined;
}

function wantedBy(effort: NonNullable<Call['reasoning']>, model: string): Think {
  if (!hasLevels(model)) return true;
  if (effort === 'minimal' || effort === 'low') return 'low';
  return effort === 'medium' ? 'medium' : 'high';
}

function hasLevels(model: string): boolean {
  return /gpt-?oss/i.test(model);
}

function notSent(model: string, isKnown: boolean): Warning {
  const details = isKnown
    ? `${model} does not think, as Ollama says.`
    : `Ollama does not say whether ${model} thinks. Set \`think\` to tell it all the same.`;
  return { type: 'unsupported', feature: 'reasoning', details };
}
