import {
  catalogueState,
  type Listing,
  listedModels,
  pricesAddress,
  updatePrices,
} from '../../../src/entries/backends.ts';
import { catalogueLine } from '../catalogue-line.ts';
import { type Command, type Invocation, wrongUse } from '../command.ts';
import { text } from '../flags.ts';
import { table } from '../layout.ts';
import type { Style } from '../terminal.ts';

const day = text('a day such as 2026-09-23', given => /^\d{4}-\d\d-\d\d$/.test(given)).optional();

/** `tandem prices`: what models cost, and of which day that is known. */
export const prices: Command = {
  name: 'prices',
  summary: 'Show what models cost and of which day the list is; --update brings it up to date.',
  usage: '[WORD…] [options]',
  options: {
    update: {
      type: 'boolean',
      help: `fetch the public list, check it, keep it for later commands (from ${pricesAddress})`,
    },
    from: {
      type: 'string',
      value: 'ADDRESS',
      help: 'with --update: another address, or a file that was fetched before',
    },
    'as-of': {
      type: 'string',
      value: 'DAY',
      help: 'with --update: the day that the list is of (default: today)',
      schema: day,
    },
  },
  examples: [
    ['tandem prices', 'the day of the list, and whose models it holds'],
    [
      'tandem prices gpt-4.1',
      'models whose name holds all words, in US dollars per million tokens',
    ],
    ['tandem prices --update', 'asks the public list; nothing of yours is sent'],
    [
      'tandem prices --update --from data.json --as-of 2026-09-23',
      'from a file, without a network',
    ],
  ],
  async run(invocation) {
    const { options } = invocation;
    if (options.update) return update(invocation);
    const idle = ['from', 'as-of'].find(name => options[name] !== undefined);
    if (idle) throw wrongUse(`\`--${idle}\` says what --update takes.`, 'Add --update.');
    return show(invocation);
  },
};

interface Row {
  readonly vendor: string;
  readonly listing: Listing;
}

function show({ positionals, options, terminal }: Invocation): number {
  const words = positionals.map(word => word.toLowerCase());
  const rows = Object.entries(listedModels())
    .flatMap(([vendor, models]) => models.map((listing): Row => ({ vendor, listing })))
    .filter(({ vendor, listing }) =>
      words.every(word => vendor === word || listing.names.some(name => name.includes(word))),
    );
  const state = catalogueState();
  const { style } = terminal;
  if (options.json) {
    const models = rows.map(({ vendor, listing }) => ({ vendor, ...listing }));
    terminal.out(`${JSON.stringify({ ...state, models })}\n`);
    return rows.length > 0 ? 0 : 1;
  }
  if (rows.length === 0) {
    terminal.note(
      `No model of the list has "${words.join(' ')}" in its name. Its price can be set under ` +
        '`prices` in the configuration.',
    );
    return 1;
  }
  const page = words.length === 0 ? vendorRows(rows, style) : modelRows(rows, style);
  terminal.out(`${page}\n\n${catalogueLine(state, style)}`);
  return 0;
}

function vendorRows(rows: readonly Row[], style: Style): string {
  const counts = new Map<string, number>();
  for (const { vendor } of rows) counts.set(vendor, (counts.get(vendor) ?? 0) + 1);
  const lines = [...counts].map(([vendor, count]) => [
    style.accent(vendor),
    `${count} models`,
    style.dim(`tandem prices ${vendor}`),
  ]);
  return table(lines, style, '  ');
}

function modelRows(rows: readonly Row[], style: Style): string {
  const dollars = (usd: number | undefined) => (usd === undefined ? '–' : `$${usd}`);
  const titles = ['model', 'of', 'input', 'cached', 'output', 'context'];
  const lines = rows.map(({ vendor, listing: { names, price, contextTokens } }) => [
    style.accent(names[0]!.replace(/[+*]$/, '')),
    vendor,
    dollars(price.input),
    dollars(price.cachedInput),
    dollars(price.output),
    contextTokens === undefined ? '–' : String(contextTokens),
  ]);
  const page = table([titles.map(style.dim), ...lines], style, '  ');
  return `${page}\n\n  US dollars per million tokens; context in tokens.`;
}

async function update({ options, terminal, env, signal }: Invocation): Promise<number> {
  const { from, 'as-of': asOf } = options as Readonly<Record<string, string | undefined>>;
  const given = { ...(from !== undefined && { from }), ...(asOf !== undefined && { asOf }) };
  const done = await updatePrices({ env, signal, ...given });
  if (options.json) {
    terminal.out(`${JSON.stringify(done)}\n`);
    return 0;
  }
  const { style } = terminal;
  terminal.out(
    `Prices as of ${done.asOf} are in use, from ${done.from}; before they were of ${done.was}.\n`,
  );
  if (done.changes.length === 0) return 0;
  const rows = done.changes.map(({ vendor, name, was, now }) => [
    style.accent(name.replace(/[+*]$/, '')),
    vendor,
    `$${was.input} and $${was.output}`,
    `→ $${now.input} and $${now.output}`,
  ]);
  terminal.note(
    `Twice or half of what they were:\n${table(rows, { columns: terminal.width }, '  ')}`,
  );
  return 0;
}
