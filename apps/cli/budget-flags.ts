import type { BudgetLimits, LocalPrice } from '../../src/entries/backends.ts';
import { stricterBudget } from '../../src/entries/config.ts';
import { type Invocation, type OptionSpec, wrongUse } from './command.ts';

/** Options that limit what a command may spend. */
export const budgetOptions: Readonly<Record<string, OptionSpec>> = {
  'budget-usd': {
    type: 'string',
    value: 'USD',
    help: 'most that cloud calls may cost; short for --budget usd=USD',
  },
  budget: {
    type: 'string',
    multiple: true,
    value: 'LIMIT',
    help: 'usd=1, tokens=9000, call.usd=.1, day.tokens=1e6, MODEL.usd=.5',
  },
  'local-price': {
    type: 'string',
    value: 'PRICE',
    help: 'what time on this device costs: 0, 0.05/h or 65W@0.30',
  },
};

/** Reads the limits of a command. @throws TandemError marked as wrong use */
export function budgetIn({ 'budget-usd': usd, budget = [] }: Invocation['options']): BudgetLimits {
  const limits = (budget as string[]).map(limitIn);
  if (usd !== undefined)
    limits.push({ usd: amountIn(usd as string, '--budget-usd', 'Give dollars, such as 0.05.') });
  return limits.reduce(stricterBudget, {});
}

function limitIn(given: string): BudgetLimits {
  const advice = 'Write it like usd=0.5, call.tokens=4000, day.usd=2 or azure:gpt-4.1.usd=1.';
  const [, scope = '', unit = '', amount = ''] = /^(?:(.+)\.)?(usd|tokens)=(.+)$/.exec(given) ?? [];
  if (unit === '') throw wrongUse(`\`--budget\` is "${given}".`, advice);
  const allowance = { [unit]: amountIn(amount, '--budget', advice) };
  if (scope === '') return allowance;
  if (scope === 'call') return { perCall: allowance };
  return scope === 'day' ? { perDay: allowance } : { perModel: { [scope]: allowance } };
}

/** Reads what time on this device costs. @throws TandemError marked as wrong use */
export function localPriceIn({
  'local-price': given,
}: Invocation['options']): LocalPrice | undefined {
  if (given === undefined) return undefined;
  const text = String(given).trim();
  if (text === '0') return 0;
  const [, perHour] = /^([\d.]+)\/h$/.exec(text) ?? [];
  if (Number.isFinite(Number(perHour ?? Number.NaN))) return { usdPerHour: Number(perHour) };
  const [, watts, perKwh] = /^([\d.]+)W@([\d.]+)$/.exec(text) ?? [];
  const isPower = Number.isFinite(Number(watts ?? Number.NaN)) && Number.isFinite(Number(perKwh));
  if (isPower) return { watts: Number(watts), usdPerKwh: Number(perKwh) };
  throw wrongUse(
    `\`--local-price\` is "${text}".`,
    'Give 0, dollars an hour (0.05/h), or watts and a price (65W@0.30).',
  );
}

function amountIn(text: string, name: string, advice: string): number {
  const amount = Number(text);
  if (text.trim() !== '' && amount >= 0 && Number.isFinite(amount)) return amount;
  throw wrongUse(`\`${name}\` is "${text}".`, advice);
}
