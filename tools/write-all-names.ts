import { writeFileSync } from 'node:fs';
import { allNamesText, movedNames, publicNames } from './public-names.ts';

/** Writes tools/all-names.ts, as a test demands it. */
writeFileSync('tools/all-names.ts', allNamesText(movedNames(), publicNames()));
