import { defaultOf, sharedOptions } from '../../apps/cli/flags.ts';
import { commands } from '../../apps/cli/main.ts';
import { markdownTable } from '../markdown-table.ts';

/** Where the page of all commands stands. */
export const commandsPath = 'docs/commands.md';

/** Writes the page of all commands from what the commands say of themselves. */
export function commandsPage(): string {
  const list = commands.map(({ name, summary }) => [`[${name}](#${name})`, summary]);
  return `${[
    '# Commands',
    '',
    '`npm run docs` writes this page from what `tandem COMMAND --help` shows.',
    '',
    'Every command also takes these:',
    '',
    ...optionTable(sharedOptions),
    '',
    'Exit codes: 0 done, 1 failed or not all could be read, 2 wrong use, 130 interrupted.',
    '',
    ...markdownTable([['command', 'what it does'], ...list]),
    ...commands.flatMap(section),
  ].join('\n')}\n`;
}

function section({ name, summary, usage, options, examples }: (typeof commands)[number]) {
  const shown = examples.map(([line, says]) => `${line}   # ${says}`);
  return [
    '',
    `## ${name}`,
    '',
    summary,
    '',
    '```text',
    `tandem ${name} ${usage}`,
    '',
    ...shown,
    '```',
    ...(Object.keys(options).length === 0 ? [] : ['', ...optionTable(options)]),
  ];
}

function optionTable(options: (typeof commands)[number]['options']): string[] {
  const rows = Object.entries(options).map(([name, spec]) => {
    const more = spec.multiple ? ' (may be repeated)' : '';
    const flag = `\`--${name}${spec.value ? ` ${spec.value}` : ''}\``;
    return [flag, `${spec.help}${defaultOf(spec)}${more}`];
  });
  return markdownTable([['option', 'what it does'], ...rows]);
}
