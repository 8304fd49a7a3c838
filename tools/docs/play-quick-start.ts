import { mkdtempSync, rmSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTandem } from '../../apps/cli/run-tandem.ts';
import { startServerDouble, type WireStep } from '../../src/testing/index.ts';
import type { QuickStart } from './quick-starts.ts';

/** What a quick start printed. */
export interface Played {
  readonly doctor: string;
  readonly answer: string;
  readonly ms: number;
  /** What was not as it must be; empty where all was. */
  readonly problems: readonly string[];
}

const columns = 100;

/** Runs a quick start against the double of its server. */
export async function play(start: QuickStart): Promise<Played> {
  const begun = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'tandem-start-'));
  const hooks = start.needsIdentity ? registerHooks({ resolve: identityStandIn }) : undefined;
  try {
    // On a busy machine a double answers late: what is printed is the same.
    const doctor = await runAgainst(start, [...start.doctor, '--wait', '60'], { folder });
    const steps = [{ text: 'The capital of France is Paris.' }];
    const answer = await runAgainst(start, [...start.ask, '--explain'], { folder, steps });
    const problems = [
      ...(doctor.code === 0 ? [] : [`doctor ended with ${doctor.code}: ${doctor.out}`]),
      ...(answer.code === 0 ? [] : [`ask ended with ${answer.code}: ${answer.err}`]),
      ...(answer.out.includes('Paris') ? [] : [`ask answered "${answer.out}"`]),
    ];
    const ms = performance.now() - begun;
    return { doctor: doctor.out, answer: answer.out, ms, problems };
  } finally {
    hooks?.deregister();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Masks what differs from run to run: times, and speeds. */
export function withoutTimes(text: string): string {
  return text
    .replace(/\d+(?:\.\d+)? (s\.|ms|tokens a second)/g, '… $1')
    .replace(/(first token after … ms), then … tokens a second/g, '$1')
    .replace(/ {2,}/g, '  ');
}

async function runAgainst(
  start: QuickStart,
  args: readonly string[],
  { folder, steps }: { readonly folder: string; readonly steps?: readonly WireStep[] },
) {
  await using double = await startServerDouble(start.kind, {
    ...start.double,
    ...(steps && { steps }),
  });
  const cache = join(folder, `cache-of-${args[0]}`);
  const env = { ...start.env(double.url), TANDEM_CACHE_DIR: cache };
  const { code, out, err } = await runTandem(args, { folder, env, columns });
  const shown = out.replaceAll(double.url, start.address).replaceAll(/ +\n/g, '\n').trimEnd();
  return { code, out: shown, err };
}

// The optional package is not there; what stands in for it hands out the double's token.
const identity = `export class DefaultAzureCredential {
  async getToken() { return { token: 'key-1', expiresOnTimestamp: Date.now() + 3_600_000 }; }
}`;

function identityStandIn(
  specifier: string,
  context: Parameters<NonNullable<Parameters<typeof registerHooks>[0]['resolve']>>[1],
  next: Parameters<NonNullable<Parameters<typeof registerHooks>[0]['resolve']>>[2],
) {
  if (specifier !== '@azure/identity') return next(specifier, context);
  const url = `data:text/javascript,${encodeURIComponent(identity)}`;
  return { url, format: 'module' as const, shortCircuit: true };
}
