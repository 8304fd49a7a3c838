import { jsonOrNothing } from '../../../algorithms/text/written/bounded-json.ts';
import { callableTools } from '../../../model/leaf/reading/reading.ts';
import type { Call } from '../../../model/types.ts';

/** What a call offers to be called. */
export type Offer = Pick<Call, 'tools' | 'toolChoice'>;

/**
 * Finds the name of a call that came without: the tool that had to be called, the only one, or the
 * only one that its input fits.
 */
export function nameByInput(input: unknown, { tools, toolChoice }: Offer): string | undefined {
  if (toolChoice?.type === 'tool') return toolChoice.toolName;
  const offered = callableTools({ tools, toolChoice, prompt: [] } as Call);
  if (offered.length < 2) return offered[0]?.name;
  const value = typeof input === 'string' ? jsonOrNothing(input.trim() || '{}') : (input ?? {});
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const fitting = offered.filter(({ inputSchema }) => {
    const { properties = {}, required = [] } = inputSchema as InputSchema;
    const names = Object.keys(value);
    return required.every(key => key in value) && names.every(key => key in properties);
  });
  return fitting.length === 1 ? fitting[0]?.name : undefined;
}

interface InputSchema {
  readonly properties?: object;
  readonly required?: readonly string[];
}

/** The name of the tool that is meant: some write words before it, or a number behind. */
export function offeredName(name: string, { tools = [] }: Offer): string {
  if (tools.length === 0 || tools.some(tool => tool.name === name)) return name;
  const bare = name
    .trim()
    .replace(/^(?:functions?|tools?)[.:/]/, '')
    .replace(/:\d{1,4}$|<\|.*$/s, '');
  return tools.some(tool => tool.name === bare) ? bare : name;
}

/** Tells whether a name is the begin of the name of a tool, and of none the whole. */
export function isBegunName(name: string, { tools = [] }: Offer): boolean {
  return (
    tools.some(tool => tool.name !== name && tool.name.startsWith(name)) &&
    !tools.some(tool => tool.name === name)
  );
}
