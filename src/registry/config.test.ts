import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AnyConfig } from '../config/config.ts';
import { TandemError } from '../model/errors.ts';
import { type Config, defineConfig } from './config.ts';
import { createTandem, loadTandem } from './create-tandem.ts';

/** Mistakes that TypeScript sees; a line that it would accept breaks the type check. */
const slips: Readonly<Record<string, AnyConfig>> = {
  // @ts-expect-error
  samples: { patterns: { a: { pattern: 'cascade', sampls: 3 } } } satisfies Config,
  // @ts-expect-error
  threshold: defineConfig({ patterns: { a: { pattern: 'cascade', treshold: 0.5 } } }),
  // @ts-expect-error
  cascade: { patterns: { a: { pattern: 'cascad' } } } satisfies Config,
  // @ts-expect-error
  judge: { patterns: { a: { pattern: 'cascade', gate: 'judg' } } } satisfies Config,
  // @ts-expect-error
  below: { patterns: { a: { pattern: 'cascade', hopeless: { blow: 0.1 } } } } satisfies Config,
  // @ts-expect-error
  cloudBelow: { patterns: { a: { pattern: 'router', cloudBelw: 0.3 } } } satisfies Config,
  // @ts-expect-error
  unsure: { patterns: { a: { pattern: 'router', unsur: 'cloud' } } } satisfies Config,
  // @ts-expect-error
  moreSolvers: { patterns: { a: { pattern: 'maker', moreSolver: ['x'] } } } satisfies Config,
  // @ts-expect-error
  maxRounds: { patterns: { a: { pattern: 'minions', maxRound: 5 } } } satisfies Config,
  // @ts-expect-error
  passes: { patterns: { a: { pattern: 'chain', pases: 2 } } } satisfies Config,
  // @ts-expect-error
  way: { patterns: { a: { pattern: 'auto', wy: 'chain' } } } satisfies Config,
  // @ts-expect-error
  hidden: { patterns: { a: { pattern: 'shadow', hiden: 'cloud' } } } satisfies Config,
};

describe('a misspelt name of a configuration', () => {
  it.each(Object.entries(slips))('%s is refused by TypeScript, and in a program', (name, slip) => {
    const told = expect(() => createTandem(slip as Config, { env: {} }));
    told.toThrow(new RegExp(`Did you mean "${name}"|must be one of .*"${name}"`));
  });

  it('is not seen where roles, lists, options of patterns and of gates are right', () => {
    const config = {
      models: { local: 'extractive:', second: { spec: 'extractive:' }, cloud: 'none:' },
      patterns: {
        support: { pattern: 'cascade', gate: 'agreement', samples: 2, threshold: 1, key: 'number' },
        digits: { pattern: 'cascade', matches: '^\\d+$', hopeless: { below: 0.1 } },
        judged: { pattern: 'cascade', gate: 'judge', judge: 'second', local: 'second' },
        desk: { pattern: 'router', unsure: 'support', classifier: 'local', scorer: 'llm' },
        steps: { pattern: 'maker', moreSolvers: ['second'], k: 3, temperatures: [0, 0.1] },
        files: { pattern: 'minions', judge: 'second', maxRounds: 2, plan: 'plain' },
        log: { pattern: 'chain', order: 'parallel', passes: 2 },
        any: { pattern: 'auto', way: 'chain', plain: 'support' },
        trial: { pattern: 'shadow', shown: 'support', hidden: 'desk' },
      },
    } satisfies Config;
    const tandem = createTandem(config, { env: {} });
    for (const name of Object.keys(config.patterns)) expect(tandem(name)).toBeDefined();
  });
});

/** Keys of a configuration beside its patterns, with values that no schema takes. */
const wrong: readonly (readonly [key: string, config: object, says: string])[] = [
  ['budgetUsd', { budgetUsd: -1 }, '`budgetUsd` must be a number of at least 0, got -1'],
  ['budget', { budget: { usd: 'many' } }, '`budget.usd` must be a number of at least 0'],
  ['mode', { privacy: { mode: 'localonly' } }, '`privacy.mode` must be one of "cloud-allowed"'],
  ['tries', { retry: { tries: 0 } }, '`retry.tries` must be a whole number of at least 1, got 0'],
  ['runMs', { timeouts: { runMs: 0 } }, '`timeouts.runMs` must be a number above 0, got 0'],
  ['leaseMs', { journal: { leaseMs: 1 } }, '`journal.leaseMs` must be a number of at least 200'],
  ['failures', { breaker: { failures: 1.5 } }, '`breaker.failures` must be a whole number'],
  ['telemetry', { telemetry: 1 }, '`telemetry` must be true or false, got 1'],
  ['budgett', { budgett: 1 }, 'createTandem has the unknown key "budgett". Did you mean "budget'],
  ['mod', { privacy: { mod: 'local-only' } }, 'privacy has the unknown key "mod". Did you mean'],
  [
    'perDai',
    { budget: { perDai: {} } },
    'budget has the unknown key "perDai". Did you mean "perDay"',
  ],
  ['a list', [] as object, 'the options must be an object, got a list'],
];

describe('what a program says beside patterns', () => {
  it.each(wrong)('%s is refused in the words of a file', async (_key, config, says) => {
    const make = () => createTandem(config as Config, { env: {} });
    expect(make).toThrow(TandemError);
    expect(make).toThrow(says);
    const folder = mkdtempSync(join(tmpdir(), 'tandem-config-'));
    writeFileSync(join(folder, 'tandem.config.json'), JSON.stringify(config));
    const inFile = says.replace('createTandem', 'tandem.config.json');
    await expect(loadTandem({ folder, env: {} })).rejects.toThrow(inFile);
  });

  it('is an object, and its maker has options of its own', async () => {
    expect(() => createTandem(undefined as never)).toThrow(TandemError);
    expect(() => createTandem({}, { jornal: 1 } as never)).toThrow('Did you mean "journal"?');
    await expect(loadTandem({ fil: 'x' } as never)).rejects.toThrow('Did you mean "file"?');
  });
});
