import { readFileSync, writeFileSync } from 'node:fs';
import { commandsPage, commandsPath } from './docs/command-pages.ts';
import { withoutTimes } from './docs/play-quick-start.ts';
import { quickStartPage, quickStartsPath } from './docs/quick-start-page.ts';

/** `npm run docs`: writes the pages of documentation that programs write. */
writeFileSync(commandsPath, commandsPage());
// Times alone are no reason to write the page anew.
const page = await quickStartPage();
if (withoutTimes(page) !== withoutTimes(readFileSync(quickStartsPath, 'utf8')))
  writeFileSync(quickStartsPath, page);
