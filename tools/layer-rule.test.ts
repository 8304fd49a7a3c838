import { describe, expect, it } from 'vitest';
import { checkLayers } from './layer-rule.ts';

const at = (name: string, text: string) => ({ path: `src/model/leaf/${name}.ts`, text });

describe('the rule on layers', () => {
  it('lets layers import what they share, and the door import layers', () => {
    const shared =
      "import type { Layer } from '../layer.ts';\nimport { type LeafStep } from '../step.ts';\n";
    const door = at('door', "import { egress } from './layers/egress.ts';\n");
    expect(checkLayers([door, at('layers/egress', shared), at('layers/recorded', shared)])).toEqual(
      [],
    );
  });

  it('finds a layer that imports another, and whoever else imports one, and names the line', () => {
    const found = checkLayers([
      at(
        'layers/recorded',
        "import type { Layer } from '../layer.ts';\nimport {\n  find,\n} from './replayed.ts';\n",
      ),
      at('step', "import { find } from './layers/replayed.ts';\n"),
    ]);
    expect(found.map(({ path, line, rule }) => `${path}:${line} ${rule}`)).toEqual([
      'src/model/leaf/layers/recorded.ts:4 a layer imports no other layer (replayed.ts)',
      'src/model/leaf/step.ts:1 only door.ts imports layers (replayed.ts)',
    ]);
  });
});
