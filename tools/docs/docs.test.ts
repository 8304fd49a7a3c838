import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandsPage, commandsPath } from './command-pages.ts';

const pages = ['README.md', ...globSync('{docs,src/patterns/*,examples/**}/*.md')];

describe('the pages of documentation', () => {
  it('hold the commands as `npm run docs` writes them', () => {
    expect(readFileSync(commandsPath, 'utf8')).toBe(commandsPage());
  });

  it.each(pages)('%s links to nothing that is not there', page => {
    const text = readFileSync(page, 'utf8');
    const links = [...text.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)].map(([, link = '']) => link);
    const own = links.filter(link => !/^[a-z]+:/.test(link));
    expect(own.filter(link => !existsSync(join(dirname(page), link)))).toEqual([]);
  });
});
