import { TandemError } from '../../model/errors.ts';
import type { CloudReport, Environment } from '../backend.ts';
import { backendOf, backends } from '../backends.ts';
import type { RoleSpec } from '../roles.ts';

/**
 * Reports on the clouds of which the environment knows something, and asks one of them where
 * wanted.
 */
export async function cloudsOf(
  env: Environment,
  probe?: RoleSpec & { readonly ask: (role: RoleSpec) => Promise<void> },
): Promise<CloudReport[]> {
  const reports = backends.flatMap(({ cloud }) => cloud?.(env) ?? []);
  if (!probe) return reports;
  const named = probe.spec.slice(0, probe.spec.indexOf(':'));
  const scheme = backendOf(named)?.scheme.name ?? named;
  const begun = performance.now();
  const message = await probe.ask(probe).then(() => undefined, wordsOf);
  const result = {
    isOk: message === undefined,
    elapsedMs: Math.round(performance.now() - begun),
    ...(message !== undefined && { message }),
  };
  const known = reports.find(report => report.scheme === scheme);
  if (known)
    return reports.map(report =>
      report === known ? { ...report, spec: probe.spec, probe: result } : report,
    );
  const asked = { scheme, title: scheme, spec: probe.spec };
  return [...reports, { ...asked, credentials: 'none', missing: [], probe: result }];
}

function wordsOf(error: unknown): string {
  return TandemError.isInstance(error) ? error.message : String(error);
}
