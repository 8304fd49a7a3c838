import { readFileSync, writeFileSync } from 'node:fs';

/** Writes the licences of what the page is bundled from into one file beside it. */
const bundled = ['preact', '@preact/signals', '@preact/signals-core', 'uplot'];

const texts = bundled.map(name => {
  const folder = `node_modules/${name}`;
  const { version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  return `${name} ${version}, ${license}\n\n${readFileSync(`${folder}/LICENSE`, 'utf8').trim()}\n`;
});
writeFileSync('dist/studio/licences.txt', texts.join(`\n${'-'.repeat(72)}\n\n`));
