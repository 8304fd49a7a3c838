import { describe, expect, it } from 'vitest';
import type { AnyConfig } from '../config/config.ts';
import { type Config, defineConfig } from './config.ts';
import { createTandem } from './create-tandem.ts';

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
