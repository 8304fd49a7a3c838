import { writeTables } from './option-tables.ts';

/** `npm run option-tables`: writes the tables of options in the READMEs of the patterns. */
writeTables();
