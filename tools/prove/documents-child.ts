import { eachDocument } from '../../src/entries/runs.ts';

// Reads what it is told, one document after the other, and says what that took.
const begun = performance.now();
const read = { documents: 0, pages: 0, characters: 0, unread: 0 };
for await (const file of eachDocument(process.argv.slice(2))) {
  if ('document' in file) {
    read.documents++;
    read.pages += file.document.pages.length;
    read.characters += file.document.text.length;
  } else read.unread++;
}
const seconds = (performance.now() - begun) / 1000;
const megabytes = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ ...read, seconds, megabytes }));
process.exit(0);
