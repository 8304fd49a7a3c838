import { nearest } from '../../../src/entries/config.ts';
import { type Command, type Invocation, wrongUse } from '../command.ts';
import { modelOptions } from '../flags.ts';
import { openWorkspace } from '../workspace.ts';
import { caseFile } from './case-file.ts';
import { contentPlatform } from './content-platform.ts';
import { customerService } from './customer-service.ts';
import { documentAnalysis } from './document-analysis.ts';
import { longTask } from './long-task.ts';
import type { Scenario, Section, Stage } from './section.ts';
import { sectionPage } from './section-page.ts';

const scenarios: readonly Scenario[] = [
  customerService,
  contentPlatform,
  longTask,
  documentAnalysis,
  caseFile,
];

/** `tandem demo`: the five patterns at work on real input, with whatever models are at hand. */
export const demo: Command = {
  name: 'demo',
  summary:
    'Show the five patterns at work, offline if need be; configured models are used where there ' +
    'are any.',
  usage: '[pattern …] [options]',
  options: modelOptions,
  examples: [
    ['tandem demo', 'all five, in under a minute'],
    ['tandem demo minions chain', 'the two that read long documents'],
    ['tandem demo --local ollama:phi4-mini cascade', 'with a local server'],
  ],
  run: runDemo,
};

async function runDemo(invocation: Invocation): Promise<number> {
  const chosen = chooseScenarios(invocation.positionals);
  const { terminal, options, signal } = invocation;
  const workspace = await openWorkspace(invocation);
  const stage: Stage = { workspace, setup: workspace.setup, terminal, signal };
  const sections: Section[] = [];
  if (!options.json) terminal.out(`Setup: ${workspace.setup}\n`);
  for (const [index, { pattern, scenario, play }] of chosen.entries()) {
    const begun = performance.now();
    const section: Section = { pattern, scenario, ...(await play(stage)) };
    sections.push(section);
    const seconds = (performance.now() - begun) / 1000;
    if (!options.json)
      terminal.out(sectionPage(section, { number: index + 1, seconds, style: terminal.style }));
  }
  terminal.clearProgress();
  if (options.json) terminal.out(`${JSON.stringify({ setup: workspace.setup, sections })}\n`);
  else
    terminal.out(`\n${sections.filter(({ ok }) => ok).length} of ${sections.length} sections ok\n`);
  return sections.every(({ ok }) => ok) ? 0 : 1;
}

function chooseScenarios(names: readonly string[]): readonly Scenario[] {
  const known = scenarios.map(({ pattern }) => pattern);
  for (const name of names) {
    if (known.includes(name)) continue;
    const near = nearest(name, known);
    throw wrongUse(
      `There is no pattern "${name}" in the demo.`,
      near ? `Did you mean "${near}"?` : `Known: ${known.join(', ')}.`,
    );
  }
  return names.length === 0
    ? scenarios
    : scenarios.filter(({ pattern }) => names.includes(pattern));
}
