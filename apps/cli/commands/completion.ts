import type { Command } from '../command.ts';
import { wrongUse } from '../command.ts';
import { sharedOptions } from '../flags.ts';

const shells = { bash, zsh, fish } as const;

type Shell = keyof typeof shells;

/**
 * `tandem completion SHELL`: a script by which the shell completes commands and options. `commands`
 * are those that it completes, this one apart.
 */
export function completionFor(commands: () => readonly Command[]): Command {
  return {
    name: 'completion',
    summary: 'Print a script that completes commands and options in bash, zsh or fish.',
    usage: 'bash|zsh|fish [options]',
    options: {},
    examples: [
      ['source <(tandem completion bash)', 'in ~/.bashrc'],
      ['source <(tandem completion zsh)', 'in ~/.zshrc, after compinit'],
      ['tandem completion fish | source', 'in ~/.config/fish/config.fish'],
    ],
    async run({ positionals, options, terminal }) {
      const [name, ...more] = positionals;
      if (name === undefined || more.length > 0 || !Object.hasOwn(shells, name))
        throw wrongUse(
          name === undefined ? 'No shell is named.' : `There is no script for "${name}".`,
          `Give one of ${Object.keys(shells).join(', ')}.`,
        );
      const script = shells[name as Shell](commands());
      terminal.out(options.json ? `${JSON.stringify({ shell: name, script })}\n` : script);
      return 0;
    },
  };
}

function flagsOf({ options }: Command): string[] {
  return Object.keys({ ...options, ...sharedOptions }).map(name => `--${name}`);
}

function bash(commands: readonly Command[]): string {
  return `${caseScript(commands)}complete -o default -F _tandem tandem\n`;
}

// zsh reads the functions of bash where it is asked to.
function zsh(commands: readonly Command[]): string {
  const load = 'autoload -U +X bashcompinit && bashcompinit\n';
  return `${load}${caseScript(commands)}complete -o default -F _tandem tandem\n`;
}

function caseScript(commands: readonly Command[]): string {
  const cases = commands.map(
    command => `    ${command.name}) words="${flagsOf(command).join(' ')}" ;;`,
  );
  return [
    '_tandem() {',
    '  local word="${COMP_WORDS[COMP_CWORD]}" words=""',
    '  if [ "$COMP_CWORD" -eq 1 ]; then',
    `    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(' ')}" -- "$word"))`,
    '    return',
    '  fi',
    '  COMPREPLY=()',
    '  case "$word" in -*) ;; *) return ;; esac',
    '  case "${COMP_WORDS[1]}" in',
    ...cases,
    '  esac',
    '  COMPREPLY=($(compgen -W "$words" -- "$word"))',
    '}',
    '',
  ].join('\n');
}

function fish(commands: readonly Command[]): string {
  const quoted = (text: string) => `'${text.replace(/[\\']/g, '\\$&')}'`;
  const lines = commands.flatMap(({ name, summary, options }) => [
    `complete -c tandem -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`,
    ...Object.entries({ ...options, ...sharedOptions }).map(
      ([option, { help, value }]) =>
        `complete -c tandem -n '__fish_seen_subcommand_from ${name}' -l ${option}` +
        `${value ? ' -r' : ''} -d ${quoted(help)}`,
    ),
  ]);
  return `${lines.join('\n')}\n`;
}
