import type { Call, ProviderOptions, Warning } from '../model/types.ts';

/** Every name under which a program may write for all clients of OpenAI's protocol. */
const sharedNames = ['openai-compatible', 'openaiCompatible'];
const cloudNames = ['openai', 'azure'];

/**
 * The names under which a client reads options: those of its protocol, and its own, in both
 * spellings.
 */
export function optionNamesOf(schemes: readonly string[]): readonly string[] {
  return [...new Set([...sharedNames, ...schemes.flatMap(scheme => [scheme, camel(scheme)])])];
}

/** Joins what a call, a message or a part says under some names; the last of the names wins. */
export function optionsUnder(
  names: readonly string[],
  options: ProviderOptions | undefined,
): Record<string, unknown> {
  if (!options) return {};
  return Object.assign({}, ...names.map(name => options[name]));
}

/**
 * Says which options of a call are meant for clients of another kind, and which name is spelled in
 * the old way. Options of another provider of the SDK are none of ours.
 */
export function foreignOptions({ providerOptions }: Call, names: readonly string[]): Warning[] {
  if (!providerOptions) return [];
  const foreign = [...sharedNames, ...cloudNames].filter(
    name => providerOptions[name] && !names.includes(name),
  );
  const warnings = foreign.map((name): Warning => {
    const own = names.filter(each => each !== 'openai-compatible').map(each => `\`${each}\``);
    const details = `They are not handed on. This model reads ${own.join(', ') || 'none'}.`;
    return { type: 'unsupported', feature: `providerOptions.${name}`, details };
  });
  if (!providerOptions['openai-compatible'] || !names.includes('openai-compatible'))
    return warnings;
  const setting = "providerOptions key 'openai-compatible'";
  return [...warnings, { type: 'deprecated', setting, message: "Use 'openaiCompatible' instead." }];
}

function camel(name: string): string {
  return name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
