import { type Played, play } from './play-quick-start.ts';
import { type QuickStart, quickStarts } from './quick-starts.ts';

/** Where the page of quick starts stands. */
export const quickStartsPath = 'docs/quick-starts.md';

/** Writes the page of quick starts from what each prints against the double of its server. */
export async function quickStartPage(): Promise<string> {
  const sections: string[] = [];
  for (const start of quickStarts) sections.push(section(start, await play(start)));
  const links = quickStarts.map(({ title }) => `[${title}](#${anchorOf(title)})`).join(' · ');
  return `# Quick starts

${links}

\`npm run docs\` writes this page. What \`tandem doctor\` and \`tandem ask\` print below was
printed against a **double** of each server: a small program that answers as the server's public
documentation says. A real server has its own models, speeds and version.
\`npm run prove newcomer\` runs each again.

In a clone the command is \`npx tandem\`. A program uses the same names:
\`model('ollama:phi4-mini')\`.

${sections.join('\n')}`;
}

function section(start: QuickStart, { doctor, answer }: Played): string {
  return `## ${start.title}

${start.about}

\`\`\`sh
${[...start.prepare, line(start.doctor), line([...start.ask, '--explain'])].join('\n')}
\`\`\`

${fenced(`$ ${line(start.doctor)}\n${doctor}`)}

${fenced(`$ ${line([...start.ask, '--explain'])}\n${answer}`)}
`;
}

function fenced(text: string): string {
  return `\`\`\`text\n${text}\n\`\`\``;
}

function line(args: readonly string[]): string {
  return `npx tandem ${args.map(arg => (/\s/.test(arg) ? `"${arg}"` : arg)).join(' ')}`;
}

function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9 ]/g, '')
    .replaceAll(' ', '-');
}
