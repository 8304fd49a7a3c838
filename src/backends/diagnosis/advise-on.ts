import type { CatalogueState } from '../../model/leaf/cost/catalogue.ts';
import type { CloudReport } from '../backend.ts';
import { backendOf } from '../backends.ts';
import { installLlamaCpp } from '../llama-cpp/engine.ts';
import type { EngineReport } from '../llama-cpp/inspect-engine.ts';
import { bareWarning } from '../ollama/description.ts';
import type { ModelReport, ServerReport } from './diagnose.ts';

/** Something that is missing or in the way, and the command that mends it. */
export interface Advice {
  readonly what: string;
  readonly command?: string;
}

interface AdviceFacts {
  readonly servers: readonly ServerReport[];
  readonly clouds: readonly CloudReport[];
  readonly engine: EngineReport;
  readonly isComplete: boolean;
  readonly catalogue: CatalogueState;
}

const widened = 16_384;

/** Says what is missing or in the way, the most important first. */
export function adviseOn({
  servers,
  clouds,
  engine,
  isComplete,
  catalogue,
}: AdviceFacts): Advice[] {
  const running = servers.filter(({ state }) => state === 'running');
  return [
    ...(running.length === 0 && !canRun(engine) ? [noServer()] : []),
    ...servers.flatMap(adviseOnServer),
    ...adviseOnEngine(engine),
    ...clouds.flatMap(adviseOnCloud),
    ...(clouds.length === 0 ? [noCloud] : []),
    ...(catalogue.isOld ? [oldPrices(catalogue)] : []),
    ...(isComplete
      ? []
      : [{ what: 'Not everything was found out in time.', command: 'tandem doctor --wait 60' }]),
  ];
}

function oldPrices({ asOf, ageDays }: CatalogueState): Advice {
  const what =
    `The list of prices and context windows is of ${asOf}, ${ageDays} days old. Update it, or ` +
    'set `prices` in the configuration.';
  return { what, command: 'tandem prices --update' };
}

function canRun({ binary, files }: EngineReport): boolean {
  return binary?.loads === true && files.some(({ state }) => state === 'ready');
}

function adviseOnEngine({ isInstalled, binary, files }: EngineReport): Advice[] {
  const wrong = files.flatMap(({ file, state }): Advice[] => {
    if (state === 'missing')
      return [{ what: `There is no file "${file}" for llama-cpp:. Check its path.` }];
    return state === 'not GGUF'
      ? [{ what: `"${file}" is no GGUF file. Get one of that format.` }]
      : [];
  });
  if (files.length > 0 && !isInstalled) {
    const what = 'A GGUF file is named, and the package that runs it is not installed.';
    return [{ what, command: installLlamaCpp }, ...wrong];
  }
  if (binary?.loads !== false) return wrong;
  const what =
    `The binary of node-llama-cpp does not load: ${binary.message}. Build one for ` +
    'this machine.';
  return [{ what, command: 'npx --no node-llama-cpp source download' }, ...wrong];
}

function noServer(): Advice {
  const installs: Partial<Record<NodeJS.Platform, string>> = {
    darwin: 'brew install ollama && brew services start ollama && ollama pull phi4-mini',
    win32: 'winget install Ollama.Ollama && ollama pull phi4-mini',
  };
  const command =
    installs[process.platform] ??
    'curl -fsSL https://ollama.com/install.sh | sh && ollama pull phi4-mini';
  return { what: 'No model server runs on this machine.', command };
}

const noCloud: Advice = {
  what: 'No cloud is configured: hard questions have nobody to go to.',
  command:
    'export AZURE_AI_FOUNDRY_ENDPOINT=https://NAME.services.ai.azure.com ' +
    'AZURE_AI_LLM_DEPLOYMENT_NAME=gpt-4.1',
};

function adviseOnServer(server: ServerReport): Advice[] {
  const elsewhere = (server.elsewhere ?? []).map(({ name, host }) => ({
    what:
      `${server.scheme}:${name} runs at ${host}: it is no local model. Name it as the cloud ` +
      'if prompts may go there.',
  }));
  return [...adviseOnModels(server), ...elsewhere];
}

function adviseOnModels({ scheme, origin, state, models }: ServerReport): Advice[] {
  const { title, start, fetchModel } = backendOf(scheme)?.advise ?? { title: scheme };
  if (state === 'silent') {
    return [
      advice(
        `${title} at ${origin} takes connections and answers nothing. Restart it, or give it ` +
          'more time with `--wait 60`.',
        start,
      ),
    ];
  }
  if (models.length === 0) return [advice(`${title} has no model.`, fetchModel?.('phi4-mini'))];
  return models
    .filter(({ source }) => source !== 'listed')
    .flatMap(model => adviseOnModel(scheme, model));
}

function advice(what: string, command: string | undefined): Advice {
  return command === undefined ? { what } : { what, command };
}

function adviseOnModel(
  scheme: string,
  { name, spec, capabilities, signal, failure, isBare }: ModelReport,
): Advice[] {
  const { widen } = backendOf(scheme)?.advise ?? {};
  const { truncates, contextTokens, logprobs, samples } = capabilities;
  const bare = isBare ? [{ what: bareWarning(spec) }] : [];
  if (failure !== undefined) return [{ what: `${spec} did not answer: ${failure}` }, ...bare];
  return [
    ...bare,
    ...(truncates
      ? [
          advice(
            `${spec} cuts prompts of more than ${contextTokens ?? 'some'} tokens in silence. ` +
              'Give it more.',
            widen?.(name, widened),
          ),
        ]
      : []),
    ...(logprobs === false
      ? [
          {
            what:
              `${spec} sends no log-probabilities: drafts are judged by ${signal} instead. A ` +
              'newer server may.',
          },
        ]
      : []),
    ...(samples === false
      ? [
          {
            what:
              `${spec} always gives its likeliest answer: votes (maker) and agreement of ` +
              'samples say nothing of it.',
          },
        ]
      : []),
  ];
}

function adviseOnCloud({ title, missing, fault, probe }: CloudReport): Advice[] {
  const needs: Advice[] = missing.map(name => ({
    what: `${title} lacks ${name}.`,
    command: commandFor(name),
  }));
  if (fault !== undefined) needs.push({ what: fault });
  return probe?.message === undefined
    ? needs
    : [...needs, { what: `The call to ${title} failed: ${probe.message}` }];
}

function commandFor(missing: string): string {
  if (missing.includes('@azure/identity')) return 'npm install @azure/identity && az login';
  return `export ${missing}=…`;
}
