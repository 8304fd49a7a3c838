import { writeFileSync } from 'node:fs';
import { configJsonSchema, patternByName, schemes } from '../src/entries/config.ts';

/** Writes the JSON Schema of configurations beside the build, where editors find it. */
const path = new URL('../dist/tandem.schema.json', import.meta.url);
writeFileSync(
  path,
  `${JSON.stringify(configJsonSchema({ patternByName, schemes }), undefined, 2)}\n`,
);
