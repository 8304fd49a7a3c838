import { browserProgram, startBrowser } from './browser.ts';

/**
 * `open-page-child.ts ADDRESS`: shows a page of a gateway in a browser and says so when it follows,
 * until its parent ends.
 */
const [address = ''] = process.argv.slice(2);
const program = browserProgram();
if (!program) throw new Error('There is no Chromium here. Install it: apt-get install chromium.');
await using browser = await startBrowser(program);
const ended = new Promise(done => process.once('disconnect', done));
const page = await browser.page();
await page.go(address);
await page.until("document.querySelectorAll('.rows .row').length > 3", 60_000);
if (!page.requests.some(each => each.endsWith('/v1/events')))
  throw new Error('The page follows nothing.');
process.send?.('following');
await ended;
