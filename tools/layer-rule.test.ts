import { describe, expect, it } from 'vitest';
import { checkLayers } from './layer-rule.ts';

const at = (name: string, text: string) => ({ path: `src/model/leaf/${name}.ts`, text });
const door = at(
  'door',
  `import { egress } from './egress.ts';
import { type Leaf, stack } from './layer.ts';
import { recorded, replayed } from './recorded.ts';
import { transport } from './transport.ts';

export const door: Leaf = stack(
  [
    egress, // mode, label, guard
    replayed, // a finished call
    recorded,
  ],
  transport,
);
`,
);

describe('the rule on layers', () => {
  it('lets layers import what they share, and the file of the layers itself', () => {
    const shared = "import type { Layer } from './layer.ts';\nimport { type LeafStep } from './step.ts';\n";
    expect(checkLayers([door, at('egress', shared), at('recorded', shared), at('transport', shared)])).toEqual([]);
  });

  it('finds a layer that imports another one, what they stand on included, and names the line', () => {
    const found = checkLayers([
      door,
      at('egress', "import type { Layer } from './layer.ts';\nimport { orAbort } from './transport.ts';\n"),
      at('recorded', "import {\n  crossingOf,\n} from './egress.ts';\n"),
      at('step', "import { crossingOf } from './egress.ts';\n"),
    ]);
    expect(found.map(({ path, line, rule }) => `${path}:${line} ${rule}`)).toEqual([
      'src/model/leaf/egress.ts:2 a layer imports no other layer (transport.ts)',
      'src/model/leaf/recorded.ts:3 a layer imports no other layer (egress.ts)',
    ]);
  });

  it('asks for the list of the door, where there is a door', () => {
    expect(checkLayers([at('egress', "import { x } from './recorded.ts';\n")])).toEqual([]);
    expect(checkLayers([at('door', 'export const door = 1;\n')])[0]?.rule).toContain('no list of layers');
  });
});
