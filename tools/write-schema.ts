import { writeFileSync } from 'node:fs';
import { configJsonSchema, patternByName, schemes } from '../src/entries/config.ts';
import { sentencesOf } from './option-sentences.ts';

/** Writes the JSON Schema of configurations beside the build, where editors find it. */
const path = new URL('../dist/tandem.schema.json', import.meta.url);
const schema = configJsonSchema({ patternByName, schemes, sentences: sentencesOf });
writeFileSync(path, `${JSON.stringify(schema, undefined, 2)}\n`);
