import { TandemError } from '../../model/errors.ts';
import type { ModelFactory } from '../../model/spec.ts';
import type { CloudReport, Environment } from '../backend.ts';
import { backendOf, backends } from '../backends.ts';
import type { RoleSpec } from '../roles.ts';

/** What is known of clouds beside the environment. */
interface KnownClouds {
  /** The cloud model that a configuration names. */
  readonly configured?: RoleSpec | undefined;
  readonly model: ModelFactory;
  readonly probe?: (RoleSpec & { readonly ask: (role: RoleSpec) => Promise<void> }) | undefined;
}

/**
 * Reports on the clouds of which the environment or a configuration knows something, and asks one
 * of them where wanted.
 */
export async function cloudsOf(
  env: Environment,
  { configured, model, probe }: KnownClouds,
): Promise<CloudReport[]> {
  const inEnvironment = backends.flatMap(({ cloud }) => cloud?.(env) ?? []);
  // What is configured to be none is no cloud.
  const reports =
    configured && schemeIn(configured.spec) !== 'none'
      ? withConfigured(inEnvironment, configured, { env, model })
      : inEnvironment;
  if (!probe) return reports;
  const begun = performance.now();
  const message = await probe.ask(probe).then(() => undefined, wordsOf);
  const result = {
    isOk: message === undefined,
    elapsedMs: Math.round(performance.now() - begun),
    ...(message !== undefined && { message }),
  };
  const scheme = schemeIn(probe.spec);
  const known = reports.find(report => report.scheme === scheme);
  if (known)
    return reports.map(report =>
      report === known ? { ...report, spec: probe.spec, probe: result } : report,
    );
  const asked = { scheme, title: scheme, spec: probe.spec };
  return [...reports, { ...asked, credentials: 'none', missing: [], probe: result }];
}

// Whether something is missing, the scheme itself says: it makes the model, and asks nobody.
function withConfigured(
  reports: readonly CloudReport[],
  { spec, settings }: RoleSpec,
  { env, model }: { readonly env: Environment; readonly model: ModelFactory },
): CloudReport[] {
  const scheme = schemeIn(spec);
  const known = reports.find(report => report.scheme === scheme);
  const { apiKey } = settings;
  const report: CloudReport = {
    title: scheme,
    credentials: apiKey === undefined ? 'none' : 'key',
    ...known,
    scheme,
    spec,
    ...missingFor(() => model(spec, { ...settings, env })),
  };
  return [report, ...reports.filter(each => each !== known)];
}

function missingFor(make: () => unknown): Pick<CloudReport, 'missing' | 'fault'> {
  try {
    make();
    return { missing: [] };
  } catch (error) {
    const { variable } = TandemError.isInstance(error) ? error.data : {};
    return typeof variable === 'string'
      ? { missing: [variable] }
      : { missing: [], fault: wordsOf(error) };
  }
}

function schemeIn(spec: string): string {
  const [named = ''] = spec.split(':');
  return backendOf(named)?.scheme.name ?? named;
}

function wordsOf(error: unknown): string {
  return TandemError.isInstance(error) ? error.message : String(error);
}
