import {
  type Capabilities,
  capabilitiesOf,
  catalogueState,
  judgedBy,
  type ListPrice,
  type PriceByModel,
  placeNow,
  priceOf,
} from '../../../src/entries/backends.ts';
import { type ListedModel, schemes } from '../../../src/entries/config.ts';
import type { LanguageModel } from '../../../src/index.ts';
import { catalogueLine } from '../catalogue-line.ts';
import type { Command } from '../command.ts';
import { modelOptions } from '../flags.ts';
import { table } from '../layout.ts';
import type { Style } from '../terminal.ts';
import { openWorkspace } from '../workspace.ts';

/** `tandem models`: what the configuration and the environment yield, and where each runs. */
export const models: Command = {
  name: 'models',
  summary: 'List the models and patterns that are configured, and the backends there are.',
  usage: '[options]',
  options: modelOptions,
  examples: [
    ['tandem models', 'what can be asked here'],
    ['SLM_BACKEND=ollama OLLAMA_SLM_MODEL=phi4-mini tandem models', 'with a local model'],
  ],
  async run(invocation) {
    const { terminal, options } = invocation;
    const { setup, resolved, roles, origins, config } = await openWorkspace(invocation);
    const listed = await Promise.all(
      resolved.list().map(each => whereNow(each, resolved.find(each.name))),
    );
    const byRole = await Promise.all(
      (['local', 'cloud'] as const).map(role =>
        roleNow(role, { asked: roles[role], origin: origins[role], prices: config.prices }),
      ),
    );
    const backends = schemes.map(({ name, summary, example }) => ({ name, summary, example }));
    const catalogue = catalogueState();
    if (options.json) {
      const found = { setup, roles: byRole, models: listed, backends, catalogue };
      terminal.out(`${JSON.stringify(found)}\n`);
      return 0;
    }
    const { style } = terminal;
    const sections = [
      ['Roles', byRole.map(row => roleRow(row, style))],
      ['Configured', listed.map(row => configuredRow(row, style))],
      [
        'Backends',
        backends.map(({ name, summary, example }) => [
          style.accent(`${name}:`),
          summary,
          style.dim(example),
        ]),
      ],
    ] as const;
    terminal.out(`Setup: ${setup}\n`);
    for (const [title, rows] of sections) {
      if (rows.length > 0) terminal.out(`\n${style.bold(title)}\n${table(rows, style, '  ')}\n`);
    }
    terminal.out(`\n${catalogueLine(catalogue, style)}`);
    return 0;
  },
};

async function whereNow(listed: ListedModel, found: LanguageModel) {
  const place = listed.place === 'both' ? listed.place : await placeNow(found);
  return { ...listed, place, ...judgementIn(found) };
}

async function roleNow(
  role: string,
  {
    asked,
    origin,
    prices,
  }: {
    readonly asked: LanguageModel | undefined;
    readonly origin: string | undefined;
    readonly prices: PriceByModel | undefined;
  },
): Promise<RoleRow> {
  if (!asked) return { role, modelId: null };
  const place = await placeNow(asked);
  const price = place === 'cloud' ? (priceOf(asked, prices) ?? 'unknown') : undefined;
  return {
    ...{ role, modelId: asked.modelId, place, origin, ...capabilitiesIn(asked) },
    ...(price && { price }),
  };
}

function configuredRow(
  { name, kind, place, modelId, judgedBy: by }: Awaited<ReturnType<typeof whereNow>>,
  style: Style,
): string[] {
  const judged = by === undefined ? '' : `judged by ${by}`;
  return [style.accent(name), kind, place, style.dim(modelId), judged];
}

function judgementIn(model: LanguageModel): { judgedBy?: string } {
  const by = judgedBy(model);
  return by === undefined ? {} : { judgedBy: by };
}

function capabilitiesIn(model: LanguageModel) {
  const capabilities = capabilitiesOf(model);
  return Object.keys(capabilities).length === 0 ? {} : { capabilities };
}

interface RoleRow {
  readonly role: string;
  readonly modelId: string | null;
  readonly place?: string;
  readonly origin?: string | undefined;
  readonly capabilities?: Capabilities;
  /** Of a cloud model: US dollars per million tokens. */
  readonly price?: ListPrice | 'unknown';
}

function roleRow(
  { role, modelId, place = '', origin = '', capabilities = {}, price }: RoleRow,
  style: Style,
): string[] {
  if (modelId === null) return [style.accent(role), style.dim('not configured')];
  const { contextTokens, isContextListed: _listed, ...abilities } = capabilities;
  const known = Object.entries(abilities).map(([key, value]) =>
    value === true ? key : value === false ? `no ${key}` : '',
  );
  if (contextTokens !== undefined) known.push(`${contextTokens} tokens`);
  if (price !== undefined) known.push(priceWords(price));
  return [
    style.accent(role),
    modelId,
    place,
    `by ${origin}`,
    style.dim(known.filter(Boolean).join(', ')),
  ];
}

function priceWords(price: ListPrice | 'unknown'): string {
  if (price === 'unknown') return 'price unknown: give it under `prices`';
  return `$${price.input} in and $${price.output} out per million tokens`;
}
