import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod';
import type { Diagnosis } from '../../../src/entries/backends.ts';
import { configFileIn } from '../../../src/entries/config.ts';
import { type Command, type Invocation, wrongUse } from '../command.ts';
import { ask } from '../commands/ask.ts';
import { adviceRows, examine } from '../commands/doctor.ts';
import { readFlags, seconds } from '../flags.ts';
import { table } from '../layout.ts';
import { proposedFor } from '../proposed-patterns.ts';
import { remember } from '../trusted/require-trust.ts';
import { writeFileWhole } from '../write-whole.ts';
import { askLine } from './prompts.ts';
import { askForProposal, type Proposal, proposalOf } from './questions.ts';

const formats = ['yaml', 'json', 'ts'] as const;
type Format = (typeof formats)[number];

/**
 * `tandem init`: writes a configuration of what `tandem doctor` finds, after asking where somebody
 * is there to be asked.
 */
export const init: Command = {
  name: 'init',
  summary:
    'Write a configuration of what is found on this machine; on a terminal it asks which of it ' +
    'to use, and can get a model.',
  usage: '[options]',
  options: {
    format: {
      type: 'string',
      value: 'FORMAT',
      help: 'yaml, json or ts',
      schema: z.enum(formats).default('yaml'),
    },
    wait: {
      type: 'string',
      value: 'SECONDS',
      help: 'how long looking may take in all (default: 3, and more on a busy machine)',
      schema: seconds.optional(),
    },
    yes: { type: 'boolean', help: 'take what is proposed; ask and fetch nothing' },
    force: { type: 'boolean', help: 'write over a configuration that is there' },
  },
  examples: [
    ['tandem init', 'proposes, asks, writes tandem.config.yaml'],
    ['tandem init --yes', 'takes the proposal'],
    ['tandem init --format ts', 'a configuration that is checked by TypeScript'],
  ],
  async run(invocation) {
    const { options, terminal, folder } = invocation;
    const format = options.format as Format;
    const there = configFileIn(folder);
    if (there !== undefined && !options.force) {
      throw wrongUse(
        `There is a configuration already: ${there}.`,
        'Look at it with `tandem validate`, or add --force.',
      );
    }
    const diagnosis = await examine({ ...invocation, options: { wait: options.wait } });
    const { advice } = diagnosis;
    const isAsked = terminal.isInteractive && !options.yes && !options.json;
    const proposal = isAsked ? await proposalAsked(invocation, diagnosis) : proposalOf(diagnosis);
    const { models, pattern } = proposal;
    const file = `tandem.config.${format}`;
    const isReplaced = existsSync(resolve(folder, file));
    writeFileWhole(resolve(folder, file), textOf(proposal, format));
    if (format === 'ts') remember(invocation, file);
    if (options.json)
      terminal.out(`${JSON.stringify({ file, isReplaced, models, pattern, advice })}\n`);
    else {
      terminal.out(
        `Wrote ${file}. Check it with \`tandem validate\`, ask with \`tandem ask "…" --pattern ` +
          'support`.\n',
      );
      if (isAsked) return askNow(invocation);
      const { style } = terminal;
      terminal.note(table(adviceRows(advice, style), { columns: terminal.width }));
    }
    return 0;
  },
};

async function proposalAsked(invocation: Invocation, diagnosis: Diagnosis): Promise<Proposal> {
  try {
    return await askForProposal(invocation, diagnosis);
  } catch (error) {
    invocation.terminal.note('Nothing was written. `tandem init` begins again.');
    throw error;
  }
}

// The first question: what was written is tried where somebody is there to see it.
async function askNow(invocation: Invocation): Promise<number> {
  const question = await askLine(invocation, 'Ask it something now (Enter: not now)', {
    placeholder: 'What can a small model do well?',
  });
  if (question === '') return 0;
  const options = readFlags(ask, { pattern: 'support', explain: true });
  return ask.run({ ...invocation, command: ask.name, positionals: [question], options });
}

const schemaPath = './node_modules/tandem/dist/tandem.schema.json';

function textOf({ models, pattern }: Proposal, format: Format): string {
  const patterns = { support: { pattern }, files: { pattern: proposedFor('documents')[0] } };
  if (format === 'json')
    return `${JSON.stringify({ $schema: schemaPath, models, patterns }, undefined, 2)}\n`;
  if (format === 'yaml') return yamlOf({ models, pattern });
  const value = JSON.stringify({ models, patterns }, undefined, 2);
  // The import of a type is taken out before it runs: the file loads without the package beside it.
  return `import type { Config } from 'tandem';\n\nexport default ${value} satisfies Config;\n`;
}

const aboutModels =
  '# Models by name: `local` and `cloud` are what every pattern uses. See `tandem models` for ' +
  'the backends.';
const cloudExample =
  '  # cloud: "azure:gpt-4.1"   # with AZURE_AI_FOUNDRY_ENDPOINT, and AZURE_AI_API_KEY or ' +
  'Entra ID\n';
const localExample = '  # local: "ollama:phi4-mini"\n';

function yamlOf({ models, pattern }: Proposal): string {
  const lines = Object.entries(models).map(([role, found]) => {
    if (typeof found === 'string') return `  ${role}: ${JSON.stringify(found)}`;
    return (
      `  ${role}:\n    spec: ${JSON.stringify(found.spec)}\n    endpoint: ` +
      `${JSON.stringify(found.endpoint)}`
    );
  });
  const named = ['models:', ...lines].join('\n');
  const cloud = 'cloud' in models ? '' : cloudExample;
  const local = 'local' in models ? '' : localExample;
  return `# yaml-language-server: $schema=${schemaPath}
${aboutModels}
${named}
${cloud}${local}
# Patterns by name, to be asked for as models are: tandem ask --pattern support "…"
patterns:
  support:
    pattern: ${pattern}
  files:
    pattern: ${proposedFor('documents')[0]}

privacy:
  mode: cloud-allowed   # or local-preferred, local-only
  mask: false           # true masks personal data in what goes to a cloud

# Most that may be spent, in US dollars and tokens of a cloud.
# budget:
#   usd: 0.50           # of one run
#   perCall: { tokens: 20000 }
`;
}
