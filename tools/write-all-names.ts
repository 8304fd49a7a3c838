import { writeAllNames } from './public-names.ts';

/** `npm run all-names`: writes the module that exports every public name. */
writeAllNames();
