import { camel, quoted } from './new-name.ts';

/** The files of a new gate, by name: one that scores a draft by itself, and its test. */
export function gateFiles(name: string): Readonly<Record<string, string>> {
  const id = camel(name);
  const type = `${id[0]!.toUpperCase()}${id.slice(1)}Options`;
  return {
    [`${name}.ts`]: `import { textOf } from '../../../model/answer.ts';
import { requireRange } from '../../../model/errors.ts';
import { type Draft, type Gate, verdictOf } from '../gate.ts';

/** Options of the gate. */
export interface ${type} {
  /** Score from which it accepts, 0..1. Default: 0.5. */
  readonly threshold?: number;
}

/** Says what a draft is judged by, in one sentence. Source: the paper. */
export function ${id}(options: ${type} = {}): Gate {
  const threshold = requireRange('threshold', options.threshold ?? 0.5, [0, 1], 'It is a score.');
  return draft => verdictOf('${name}', ${id}Score(draft), threshold);
}

/** Measures a draft, 0..1, without a threshold. */
export function ${id}Score({ answer }: Draft): number {
  return textOf(answer).includes('perhaps') ? 0 : 1;
}
`,
    [`${name}.test.ts`]: `import { describe, expect, it } from 'vitest';
import { textOf, userCall } from '../../../model/answer.ts';
import { scriptedModel } from '../../../testing/scripted-model.ts';
import { cascadeEntry } from '../entry.ts';

describe('the gate ${name}', () => {
  it.each([
    ['seven', 'seven'],
    ['perhaps seven', 'eight'],
  ])('judges the draft "%s"', async (draft, answer) => {
    const roles = {
      local: scriptedModel([draft], { modelId: 'local' }),
      cloud: scriptedModel(answer === draft ? [] : [answer], { modelId: 'cloud', place: 'cloud' }),
    };
    const model = cascadeEntry.make(roles, cascadeEntry.options.parse({ gate: '${name}' }));
    expect(textOf(await model.doGenerate(userCall('How many?')))).toBe(answer);
  });
});
`,
  };
}

/** Adds a gate's import and its row to the text of gate-by-name.ts. */
export function withGate(table: string, name: string): string {
  const id = camel(name);
  const row =
    `namedGate({ options: { threshold }, make: given => ${id}(given), signals: { ` +
    `${id}: freeSignal(${id}Score) } })`;
  return table
    .replace(
      /\n(import [^\n]*'\.\/named-gate\.ts';)/,
      `\nimport { ${id}, ${id}Score } from './gates/${name}.ts';\n$1`,
    )
    .replace(/(gateByName = \{\n(?: {2}.*\n)+)/, `$1  ${quoted(name)}: ${row},\n`);
}
