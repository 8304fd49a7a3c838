import { decodingIn } from './decoding.ts';
import type { ModelOutcome, OutcomeRow } from './outcome-log.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What a line of a log lacks, as the end of a sentence: `"local" must be an object`. */
export type Fault = string;

/**
 * Reads one line of an outcome log: our own layout, RouteLLM's outcome pairs (`weak_correct`,
 * `strong_correct`), or a label by hand (`label: simple | complex`, where the cloud is taken to be
 * always right).
 */
export function readRow(fields: Fields): OutcomeRow | Fault {
  const prompt = fields.prompt;
  if (typeof prompt !== 'string' || prompt.trim() === '') return noPrompt(fields);
  const local = outcomeIn(fields, 'local');
  if (typeof local === 'string') return local;
  const cloud = outcomeIn(fields, 'cloud');
  if (typeof cloud === 'string') return cloud;
  const decoding = decodingIn(fields.decoding);
  const group = textIn(fields, 'group') ?? textIn(fields, 'subject') ?? textIn(fields, 'source');
  return {
    id: textIn(fields, 'id') ?? '',
    prompt,
    group,
    split: textIn(fields, 'split'),
    reference: textIn(fields, 'reference') ?? textIn(fields, 'gold'),
    ...(decoding && { decoding }),
    local,
    cloud,
  };
}

/** Says that a row has no prompt: exports of other tools name it otherwise, or hold it deeper. */
export function noPrompt(fields: Fields): Fault {
  if (fields.prompt !== undefined) return '"prompt" must be a text that is not empty';
  const keys = Object.keys(fields).slice(0, 6).join(', ');
  return `it has no "prompt", the user's own turn as a text, but ${keys || 'no field at all'}`;
}

function outcomeIn(fields: Fields, role: 'local' | 'cloud'): ModelOutcome | Fault {
  if (fields[role] !== undefined) return ownOutcome(fields[role], role);
  const theirs = role === 'local' ? 'weak' : 'strong';
  if (fields[`${theirs}_correct`] !== undefined) return routeLlmOutcome(fields, theirs);
  if (fields.label !== undefined) return labelled(fields.label, role);
  return `"${role}" must be an object with "correct" (or "${theirs}_correct", or a "label")`;
}

function ownOutcome(value: unknown, role: string): ModelOutcome | Fault {
  if (typeof value !== 'object' || value === null) return `"${role}" must be an object`;
  const fields = value as Fields;
  const correct = correctIn(fields.correct);
  if (correct === undefined) {
    const given = insteadOf(fields.correct);
    return `"${role}.correct" must be true, false or a number from 0 to 1${given}`;
  }
  const signals = signalsIn(fields.signals);
  if (isNoRecord(fields.signals)) return `"${role}.signals" must be an object of numbers by name`;
  if (typeof signals === 'string') return `"${role}.signals.${signals}" must be a finite number`;
  const amount = amounts.find(name => isWrongAmount(fields[name]));
  if (amount) return `"${role}.${amount}" must be a number of 0 or more`;
  return {
    correct,
    model: textIn(fields, 'model'),
    answer: textIn(fields, 'answer'),
    inputTokens: amountIn(fields, 'inputTokens'),
    outputTokens: amountIn(fields, 'outputTokens'),
    costUsd: amountIn(fields, 'costUsd'),
    latencyMs: amountIn(fields, 'latencyMs'),
    signals,
  };
}

function routeLlmOutcome(fields: Fields, theirs: 'weak' | 'strong'): ModelOutcome | Fault {
  const correct = correctIn(fields[`${theirs}_correct`]);
  if (correct === undefined) return `"${theirs}_correct" must be 0, 1 or between`;
  return {
    correct,
    model: textIn(fields, `${theirs}_model`),
    answer: textIn(fields, `${theirs}_answer`),
    inputTokens: amountIn(fields, 'prompt_tokens_est'),
    outputTokens: amountIn(fields, `${theirs}_tokens_est`),
  };
}

function labelled(label: unknown, role: 'local' | 'cloud'): ModelOutcome | Fault {
  if (label !== 'simple' && label !== 'complex')
    return `"label" must be "simple" or "complex"${insteadOf(label)}`;
  return { correct: role === 'cloud' || label === 'simple' ? 1 : 0 };
}

function insteadOf(value: unknown): string {
  return value === undefined ? '' : `, not ${JSON.stringify(value).slice(0, 40)}`;
}

function correctIn(value: unknown): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'number' && value >= 0 && value <= 1 ? value : undefined;
}

function isNoRecord(value: unknown): boolean {
  return (
    value !== undefined && value !== null && (typeof value !== 'object' || Array.isArray(value))
  );
}

function signalsIn(value: unknown): Record<string, number> | undefined | Fault {
  if (typeof value !== 'object' || value === null) return undefined;
  const wrong = Object.entries(value).find(([, signal]) => !Number.isFinite(signal));
  return wrong ? wrong[0] : (value as Record<string, number>);
}

function textIn(fields: Fields, key: string): string | undefined {
  const value = fields[key];
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

const amounts = ['inputTokens', 'outputTokens', 'costUsd', 'latencyMs'];

function isWrongAmount(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  return typeof value !== 'number' || !(value >= 0) || value === Number.POSITIVE_INFINITY;
}

function amountIn(fields: Fields, key: string): number | undefined {
  const value = fields[key];
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}
