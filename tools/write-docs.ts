import { writeFileSync } from 'node:fs';
import { commandsPage, commandsPath } from './docs/command-pages.ts';
import { quickStartPage, quickStartsPath } from './docs/quick-start-page.ts';

/** `npm run docs`: writes the pages of documentation that programs write. */
writeFileSync(commandsPath, commandsPage());
writeFileSync(quickStartsPath, await quickStartPage());
