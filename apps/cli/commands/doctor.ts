import { type Diagnosis, diagnose, openCapabilityCache } from '../../../src/entries/backends.ts';
import { patternByName, poolsIn, problemsIn, schemes } from '../../../src/entries/config.ts';
import { model } from '../../../src/index.ts';
import { borderAdvice, routerAdvice } from '../border-advice.ts';
import { catalogueLine } from '../catalogue-line.ts';
import type { Command, Invocation } from '../command.ts';
import { seconds } from '../flags.ts';
import { table } from '../layout.ts';
import { modelFacts } from '../page/model-facts.ts';
import { shellCommand } from '../page/shell-command.ts';
import type { Style } from '../terminal.ts';
import {
  cloudRole,
  configuredFiles,
  configuredPlaces,
  configuredRoles,
  readConfig,
} from '../workspace.ts';

/** `tandem doctor`: what runs here, what it can really do, what is missing. */
export const doctor: Command = {
  name: 'doctor',
  summary: 'Find the model servers of this machine, what each can really do, and what is missing.',
  usage: '[options]',
  options: {
    wait: {
      type: 'string',
      value: 'SECONDS',
      help: 'how long it may take in all (default: 3, and more on a busy machine)',
      schema: seconds.optional(),
    },
    fresh: { type: 'boolean', help: 'find out anew what was found out before' },
    'probe-cloud': {
      type: 'boolean',
      help: 'ask the configured cloud model once, which costs a few tokens',
    },
    cloud: { type: 'string', value: 'SPEC', help: 'the cloud model to ask, such as azure:gpt-4.1' },
    config: {
      type: 'string',
      value: 'FILE',
      help: 'configuration (default: tandem.config.ts, .yaml or .json here)',
    },
  },
  examples: [
    ['tandem doctor', 'looks at this machine alone; no byte leaves it'],
    ['tandem doctor --wait 60', 'gives a slow model time to show what it can do'],
    ['tandem doctor --probe-cloud', 'also makes one minimal call to the cloud'],
  ],
  async run(invocation) {
    const diagnosis = await examine(invocation);
    const { options, terminal } = invocation;
    terminal.out(options.json ? `${JSON.stringify(diagnosis)}\n` : page(diagnosis, terminal.style));
    return diagnosis.clouds.some(({ probe }) => probe?.isOk === false) ? 1 : 0;
  },
};

/** What a look at the machine found, in the words of `tandem doctor`: ✓ and ✗ mark what is so. */
export interface Examined {
  readonly sections: readonly { readonly title: string; readonly rows: readonly string[][] }[];
  readonly advice: Diagnosis['advice'];
  readonly elapsedMs: number;
}

/** Diagnoses the machine for a page; nobody is asked. @throws TandemError */
export async function examineForPage(invocation: Invocation): Promise<Examined> {
  const nothing = () => {};
  const quiet = { progress: nothing, clearProgress: nothing, isInteractive: false };
  const terminal = { ...invocation.terminal, ...quiet };
  const diagnosis = await examine({ ...invocation, terminal });
  const plain = (text: string) => text;
  const marks = { good: (text: string) => `✓ ${text}`, bad: (text: string) => `✗ ${text}` };
  const style = { ...terminal.style, bold: plain, dim: plain, accent: plain, ...marks };
  const sections = sectionsOf(diagnosis, style).map(([title, rows]) => ({
    title,
    rows: rows.map(row => [...row]),
  }));
  return { sections, advice: diagnosis.advice, elapsedMs: diagnosis.elapsedMs };
}

/** Diagnoses the machine as the options of a command say. @throws TandemError */
export async function examine(invocation: Invocation): Promise<Diagnosis> {
  const { options, env, terminal } = invocation;
  const wait = options.wait as number | undefined;
  const probeCloud = options['probe-cloud'] ? await cloudRole(invocation) : undefined;
  // A misspelt spec is no finding about the cloud.
  const [wrong] = probeCloud
    ? problemsIn({ models: { cloud: probeCloud.spec } }, { patternByName, schemes })
    : [];
  if (wrong) throw wrong;
  const configured = await configuredRoles(invocation);
  const config = await readConfig(invocation);
  const diagnosis = await diagnose({
    env,
    configured,
    model,
    ...(wait !== undefined && { limitMs: wait * 1000 }),
    cache: openCapabilityCache(env),
    more: await configuredPlaces(invocation),
    pools: poolsIn(config),
    modelFiles: await configuredFiles(invocation),
    isFresh: options.fresh === true,
    ...(probeCloud && { probeCloud }),
    onProgress: terminal.progress,
  });
  terminal.clearProgress();
  const { advice } = diagnosis;
  return { ...diagnosis, advice: [...advice, ...borderAdvice(config), ...routerAdvice(config)] };
}

function packageRow(
  { name, isFor, install, isInstalled }: Diagnosis['packages'][number],
  facts: Diagnosis,
  style: Style,
): string[] {
  if (name === 'node-llama-cpp' && facts.engine.isInstalled) {
    return [style.accent(name), engineState(facts.engine, style), style.dim(isFor)];
  }
  return [style.accent(name), isInstalled ? style.good('installed') : install, style.dim(isFor)];
}

function engineState({ version = 'installed', binary }: Diagnosis['engine'], style: Style): string {
  if (!binary) return `${version}, ${style.dim('not tried in time')}`;
  if (!binary.loads) return `${version}, ${style.bad('does not load')}`;
  const devices = binary.devices.length > 0 ? ` (${binary.devices.join(', ')})` : '';
  return `${version}, ${style.good(`loads, computes on ${binary.computesOn}`)}${devices}`;
}

function fileRow(
  { file, state, bytes }: Diagnosis['engine']['files'][number],
  style: Style,
): string[] {
  const shown =
    state === 'ready'
      ? style.good(state)
      : state === 'remote'
        ? 'fetched on first use'
        : style.bad(state);
  return [
    style.accent(`llama-cpp:${file}`),
    shown,
    bytes === undefined ? '' : `${(bytes / 1e6).toFixed(1)} MB`,
  ];
}

/** What is to be done, a row each, and below it the command that does it. */
export function adviceRows(advice: Diagnosis['advice'], style: Style): string[][] {
  return advice.flatMap(({ what, command }) => [
    [`• ${what}`],
    ...(command === undefined
      ? []
      : shellCommand(command, { columns: style.columns - 2 }, '    ').map(line => [
          style.accent(line),
        ])),
  ]);
}

type Section = readonly [title: string, rows: readonly (readonly string[])[]];

function page(diagnosis: Diagnosis, style: Style): string {
  const { advice, suggestion, elapsedMs } = diagnosis;
  const named = Object.entries(suggestion.models).map(([role, found]) => [
    role,
    typeof found === 'string' ? found : `${found.spec} at ${found.endpoint}`,
  ]);
  const more: readonly Section[] = [
    ['To do', adviceRows(advice, style)],
    ['Suggested (write it with `tandem init`)', named],
  ];
  const text = [...sectionsOf(diagnosis, style), ...more.filter(hasRows)]
    .map(([title, rows]) => `\n${style.bold(title)}\n${table(rows, style, '  ')}`)
    .join('\n');
  const looked = `Looked for ${(elapsedMs / 1000).toFixed(1)} s.`;
  return `${looked}\n${text}\n\n${catalogueLine(diagnosis.catalogue, style)}`;
}

function hasRows([, rows]: Section): boolean {
  return rows.length > 0;
}

function sectionsOf(diagnosis: Diagnosis, style: Style): readonly Section[] {
  const sections: readonly Section[] = [
    ...serverSections(diagnosis, style),
    ...diagnosis.pools.map(({ name, members }): Section => {
      return [`Pool ${name}`, members.map(each => memberRow(each, style))];
    }),
    ['Cloud', diagnosis.clouds.map(cloud => cloudRow(cloud, style))],
    ['GGUF files', diagnosis.engine.files.map(found => fileRow(found, style))],
    ['Optional packages', diagnosis.packages.map(found => packageRow(found, diagnosis, style))],
  ];
  return sections.filter(hasRows);
}

function serverSections({ servers }: Diagnosis, style: Style): Section[] {
  const models = servers.flatMap(server => server.models);
  const probed = models
    .filter(({ source }) => source !== 'listed')
    .flatMap(found => modelFacts(found, style));
  const others = models.filter(({ source }) => source === 'listed');
  return [
    ['Servers', servers.map(server => serverRow(server, style))],
    ['Models, by what they really do', probed],
    [
      'Also there',
      others.map(({ spec }) => [style.accent(spec), style.dim('not loaded, not asked')]),
    ],
  ];
}

function serverRow(
  { scheme, origin, state, version, source, believed }: Diagnosis['servers'][number],
  style: Style,
): string[] {
  const shown = state === 'running' ? style.good(state) : style.bad(state);
  const place = `${believed.place}: ${believed.why}`;
  return [style.accent(scheme), origin, shown, version ?? '', style.dim(source), place];
}

function memberRow(
  { name, state }: Diagnosis['pools'][number]['members'][number],
  style: Style,
): string[] {
  const paint = state === 'ready' ? style.good : state === 'unknown' ? style.dim : style.bad;
  return [style.accent(name), paint(state === 'unknown' ? 'not asked' : state)];
}

function cloudRow(
  { title, spec, credentials, missing, fault, probe }: Diagnosis['clouds'][number],
  style: Style,
): string[] {
  const lack = missing.length > 0 ? `lacks ${missing.join(' and ')}` : undefined;
  const bad = fault === undefined ? lack : 'cannot be used';
  const state = bad === undefined ? `credentials: ${credentials}` : style.bad(bad);
  if (!probe) return [style.accent(spec ?? title), state, style.dim('not asked')];
  const outcome = probe.isOk
    ? style.good(`answered in ${probe.elapsedMs} ms`)
    : style.bad('did not answer');
  return [style.accent(spec ?? title), state, outcome];
}
