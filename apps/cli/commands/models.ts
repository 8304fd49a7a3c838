import {
  type Capabilities,
  capabilitiesOf,
  judgedBy,
  placeNow,
} from '../../../src/entries/backends.ts';
import { type ListedModel, schemes } from '../../../src/entries/config.ts';
import type { LanguageModel } from '../../../src/index.ts';
import type { Command } from '../command.ts';
import { type Style, table } from '../terminal.ts';
import { openWorkspace } from '../workspace.ts';

/** `tandem models`: what the configuration and the environment yield, and where each runs. */
export const models: Command = {
  name: 'models',
  summary: 'List the models and patterns that are configured, and the backends there are.',
  usage: '[options]',
  options: {
    local: { type: 'string', value: 'SPEC', help: 'the local model, such as ollama:phi4-mini' },
    cloud: { type: 'string', value: 'SPEC', help: 'the cloud model, such as azure:gpt-4.1' },
    config: {
      type: 'string',
      value: 'FILE',
      help: 'configuration (default: tandem.config.ts, .yaml or .json here)',
    },
  },
  examples: [
    ['tandem models', 'what can be asked here'],
    ['SLM_BACKEND=ollama OLLAMA_SLM_MODEL=phi4-mini tandem models', 'with a local model'],
  ],
  async run(invocation) {
    const { terminal, options } = invocation;
    const { setup, resolved, roles, origins } = await openWorkspace(invocation);
    const listed = await Promise.all(
      resolved.list().map(each => whereNow(each, resolved.find(each.name))),
    );
    const byRole = await Promise.all(
      (['local', 'cloud'] as const).map(role => roleNow(role, roles[role], origins[role])),
    );
    const backends = schemes.map(({ name, summary, example }) => ({ name, summary, example }));
    if (options.json) {
      terminal.out(`${JSON.stringify({ setup, roles: byRole, models: listed, backends })}\n`);
      return 0;
    }
    const { style } = terminal;
    const sections = [
      ['Roles', byRole.map(row => roleRow(row, style))],
      [
        'Configured',
        listed.map(({ name, kind, modelId, place, judgedBy: by }) => [
          style.accent(name),
          kind,
          place,
          style.dim(modelId),
          by === undefined ? '' : `judged by ${by}`,
        ]),
      ],
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
      if (rows.length > 0) terminal.out(`\n${style.bold(title)}\n${table(rows, '  ')}\n`);
    }
    return 0;
  },
};

async function whereNow(listed: ListedModel, found: LanguageModel) {
  const place = listed.place === 'both' ? listed.place : await placeNow(found);
  return { ...listed, place, ...judgementIn(found) };
}

async function roleNow(
  role: string,
  asked: LanguageModel | undefined,
  origin: string | undefined,
): Promise<RoleRow> {
  if (!asked) return { role, modelId: null };
  const capabilities = capabilitiesIn(asked);
  return { role, modelId: asked.modelId, place: await placeNow(asked), origin, ...capabilities };
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
}

function roleRow(
  { role, modelId, place = '', origin = '', capabilities = {} }: RoleRow,
  style: Style,
): string[] {
  if (modelId === null) return [style.accent(role), style.dim('not configured')];
  const known = Object.entries(capabilities).map(([key, value]) =>
    value === true ? key : value === false ? `no ${key}` : '',
  );
  return [
    style.accent(role),
    modelId,
    place,
    `by ${origin}`,
    style.dim(known.filter(Boolean).join(', ')),
  ];
}
