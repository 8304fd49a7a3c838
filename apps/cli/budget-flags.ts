import type { BudgetLimits, LocalPrice } from '../../src/entries/backends.ts';
import { stricterBudget } from '../../src/entries/config.ts';
import type { Invocation } from './command.ts';
import { amount, type OptionTable, text } from './flags.ts';

/** Options that limit what a command may spend. */
export const budgetOptions: OptionTable = {
  'budget-usd': {
    type: 'string',
    value: 'USD',
    help: 'most that cloud calls may cost; short for --budget usd=USD',
    schema: amount.optional(),
  },
  budget: {
    type: 'string',
    multiple: true,
    value: 'LIMIT',
    help: 'usd=1, tokens=9000, call.usd=.1, day.tokens=1e6, MODEL.usd=.5',
    schema: text(
      'a limit such as usd=0.5, call.tokens=4000, day.usd=2 or azure:gpt-4.1.usd=1',
      given => limitIn(given) !== undefined,
    ),
  },
  'local-price': {
    type: 'string',
    value: 'PRICE',
    help: 'what time on this device costs: 0, 0.05/h or 65W@0.30',
    schema: text(
      '0, dollars an hour (0.05/h), or watts and a price (65W@0.30)',
      given => priceIn(given) !== undefined,
    ).optional(),
  },
};

/** Joins the limits of a command. */
export function budgetIn({ 'budget-usd': usd, budget = [] }: Invocation['options']): BudgetLimits {
  const limits = (budget as string[]).map(given => limitIn(given) ?? {});
  if (usd !== undefined) limits.push({ usd: usd as number });
  return limits.reduce(stricterBudget, {});
}

/** Says what time on this device costs, where a command says it. */
export function localPriceIn({
  'local-price': given,
}: Invocation['options']): LocalPrice | undefined {
  return given === undefined ? undefined : priceIn(String(given));
}

function limitIn(given: string): BudgetLimits | undefined {
  const [, scope = '', unit = '', written = ''] =
    /^(?:(.+)\.)?(usd|tokens)=(.*\S.*)$/.exec(given) ?? [];
  const { success, data } = amount.safeParse(Number(written));
  if (unit === '' || !success) return undefined;
  const allowance = { [unit]: data };
  if (scope === '') return allowance;
  if (scope === 'call') return { perCall: allowance };
  return scope === 'day' ? { perDay: allowance } : { perModel: { [scope]: allowance } };
}

function priceIn(given: string): LocalPrice | undefined {
  const price = given.trim();
  if (price === '0') return 0;
  const [usdPerHour] = amountsIn(/^([\d.]+)\/h$/, price);
  if (usdPerHour !== undefined) return { usdPerHour };
  const [watts, usdPerKwh] = amountsIn(/^([\d.]+)W@([\d.]+)$/, price);
  return watts === undefined || usdPerKwh === undefined ? undefined : { watts, usdPerKwh };
}

function amountsIn(form: RegExp, given: string): (number | undefined)[] {
  const [, ...written] = form.exec(given) ?? [];
  return written.map(each => amount.safeParse(Number(each)).data);
}
