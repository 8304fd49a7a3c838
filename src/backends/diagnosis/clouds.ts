import { TandemError } from '../../model/errors.ts';
import type { RoleSpec } from '../roles.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether a cloud can be asked, as far as variables and packages tell; and whether it answered, if it was asked. */
export interface CloudReport {
  readonly scheme: 'azure' | 'openai' | 'openai-compatible';
  readonly title: string;
  /** Model that the variables name, as a configuration names it. */
  readonly spec?: string;
  readonly credentials: 'key' | 'entra' | 'none';
  /** Variables and packages that are missing before it can be asked. */
  readonly missing: readonly string[];
  /** One minimal call; absent where none was wanted. */
  readonly probe?: { readonly isOk: boolean; readonly elapsedMs: number; readonly message?: string };
}

/** Reports on the clouds of which the environment knows something, and asks one of them where wanted. */
export async function cloudsOf(
  env: Environment,
  probe?: RoleSpec & { readonly ask: (role: RoleSpec) => Promise<void> },
): Promise<CloudReport[]> {
  const reports = [azureIn(env), openaiIn(env), compatibleIn(env)].filter(report => report !== undefined);
  if (!probe) return reports;
  const scheme = probe.spec.slice(0, probe.spec.indexOf(':')).replace('azure-ai', 'azure');
  const begun = performance.now();
  const message = await probe.ask(probe).then(() => undefined, wordsOf);
  const result = {
    isOk: message === undefined,
    elapsedMs: Math.round(performance.now() - begun),
    ...(message !== undefined && { message }),
  };
  const known = reports.find(report => report.scheme === scheme);
  if (known) return reports.map(report => (report === known ? { ...report, spec: probe.spec, probe: result } : report));
  const asked = { scheme: scheme as CloudReport['scheme'], title: scheme, spec: probe.spec };
  return [...reports, { ...asked, credentials: 'none', missing: [], probe: result }];
}

function azureIn(env: Environment): CloudReport | undefined {
  const endpoint = env.AZURE_AI_FOUNDRY_ENDPOINT || env.AZURE_OPENAI_ENDPOINT;
  const key = env.AZURE_AI_API_KEY || env.AZURE_OPENAI_API_KEY;
  const deployment = env.AZURE_AI_LLM_DEPLOYMENT_NAME;
  if (!endpoint && !key && !deployment) return undefined;
  const hasIdentity = key ? true : isInstalled('@azure/identity');
  const missing = [
    ...(endpoint ? [] : ['AZURE_AI_FOUNDRY_ENDPOINT']),
    ...(hasIdentity ? [] : ['AZURE_AI_API_KEY, or the package @azure/identity']),
  ];
  return {
    scheme: 'azure',
    title: 'Azure AI Foundry',
    ...(deployment && { spec: `azure:${deployment}` }),
    credentials: key ? 'key' : hasIdentity ? 'entra' : 'none',
    missing,
  };
}

function openaiIn(env: Environment): CloudReport | undefined {
  const model = env.OPENAI_LLM_MODEL;
  if (!env.OPENAI_API_KEY && !model) return undefined;
  return {
    scheme: 'openai',
    title: 'OpenAI',
    spec: `openai:${model || 'gpt-4.1'}`,
    credentials: env.OPENAI_API_KEY ? 'key' : 'none',
    missing: env.OPENAI_API_KEY ? [] : ['OPENAI_API_KEY'],
  };
}

function compatibleIn(env: Environment): CloudReport | undefined {
  const model = env.OPENAI_COMPATIBLE_LLM_MODEL;
  if (!model) return undefined;
  return {
    scheme: 'openai-compatible',
    title: 'OpenAI-compatible cloud',
    spec: `openai-compatible:${model}`,
    credentials: env.OPENAI_COMPATIBLE_API_KEY ? 'key' : 'none',
    missing: env.OPENAI_COMPATIBLE_ENDPOINT ? [] : ['OPENAI_COMPATIBLE_ENDPOINT'],
  };
}

/** Tells whether an optional package can be imported from here. */
export function isInstalled(name: string): boolean {
  try {
    import.meta.resolve(name);
    return true;
  } catch {
    return false;
  }
}

function wordsOf(error: unknown): string {
  return TandemError.isInstance(error) ? error.message : String(error);
}
