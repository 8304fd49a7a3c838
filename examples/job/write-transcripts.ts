// `node examples/job/write-transcripts.ts`: runs the commands that the READMEs of the jobs name in
// comments, and writes what they print below them.
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const transcript = /<!-- prints: (.+?) -->\n```\n[\s\S]*?```\n/g;

for (const readme of globSync(join(import.meta.dirname, '../*/README.md'))) {
  const text = readFileSync(readme, 'utf8').replace(transcript, (_, command: string) => {
    const [script = '', ...args] = command.split(' ');
    const { stdout, status } = spawnSync(
      process.execPath,
      [join(dirname(readme), script), ...args],
      {
        encoding: 'utf8',
      },
    );
    if (status !== 0) console.error(`${readme}: ${command} ended with ${status}`);
    return `<!-- prints: ${command} -->\n\`\`\`\n${stdout}\`\`\`\n`;
  });
  writeFileSync(readme, text);
}
