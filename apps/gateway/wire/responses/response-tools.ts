/** Tools of a response: functions, custom ones as functions of a text, and what nothing runs. */
import type { Call } from '../../../../src/index.ts';
import { choiceOf } from '../chat-call.ts';
import { type CustomFacts, customFunction } from '../custom-tools.ts';
import { invalid } from '../problem.ts';
import type { ResponseRequest, ResponseTool } from './response-request.ts';

type FunctionTool = Extract<NonNullable<Call['tools']>[number], { type: 'function' }>;

/** Reads the tools of a request, and which of them may or must be called. @throws Problem */
export function responseTools({
  tools,
  tool_choice: choice,
}: Pick<ResponseRequest, 'tools' | 'tool_choice'>): Pick<Call, 'tools' | 'toolChoice'> {
  const known = (tools ?? []).flatMap(functionOf);
  const allowed = isAllowed(choice) ? choice.tools.map(({ name }) => name) : undefined;
  const given = allowed ? known.filter(({ name }) => allowed.includes(name)) : known;
  const demanded = demandIn(choice);
  if (given.length > 0)
    return { tools: given, ...choiceOf(demanded, new Set(given.map(({ name }) => name))) };
  if (!demanded || demanded === 'none' || demanded === 'auto') return {};
  throw invalid(
    '`tool_choice` asks for a tool, and there are no `tools` that can be called here. Give some, ' +
      'or leave it out.',
    'tool_choice',
  );
}

/** Names the tools, and the choice, that nothing here runs. */
export function ignoredTools({
  tools,
  tool_choice: choice,
}: Pick<ResponseRequest, 'tools' | 'tool_choice'>): string[] {
  const named = (tools ?? []).flatMap((tool, index) =>
    functionOf(tool).length === 0 ? [`tools[${index}] (${tool.type})`] : [],
  );
  const isForeign =
    choice && typeof choice !== 'string' && !isAllowed(choice) && demandIn(choice) === undefined;
  return isForeign ? [...named, `tool_choice (${choice.type})`] : named;
}

/** What the names of the tools of a request stand for. */
export interface ToolNames {
  /** Whether calls of a tool are a text, not JSON. */
  isCustom(name: string): boolean;
  /** The name by which the client knows a tool, and the space of names that it stands in. */
  said(name: string): { readonly name: string; readonly namespace?: string };
}

/** Reads the names of tools. */
export function toolNames({ tools }: Pick<ResponseRequest, 'tools'>): ToolNames {
  const toolByName = new Map((tools ?? []).map(tool => [tool.name, tool]));
  return {
    isCustom: name => toolByName.get(name)?.type === 'custom',
    said(name) {
      const namespace = toolByName.get(name)?.namespace;
      if (typeof namespace !== 'string') return { name };
      return { name: name.slice(namespace.length).replace(/^__/, ''), namespace };
    },
  };
}

type CustomTool = Extract<ResponseTool, { type: 'custom' }> & CustomFacts;

function functionOf(tool: ResponseTool): FunctionTool[] {
  if (tool.type === 'custom') return [customFunction(tool as CustomTool)];
  if (tool.type !== 'function') return [];
  const { name, description, parameters, strict } = tool as Extract<
    ResponseTool,
    { type: 'function' }
  >;
  return [
    {
      type: 'function',
      name: name as string,
      ...(description ? { description: description as string } : {}),
      inputSchema: (parameters as FunctionTool['inputSchema'] | null | undefined) ?? {
        type: 'object',
        properties: {},
      },
      ...(typeof strict === 'boolean' && { strict }),
    },
  ];
}

type Choice = ResponseRequest['tool_choice'];
type Allowed = {
  readonly type: 'allowed_tools';
  readonly mode: 'auto' | 'required';
  readonly tools: readonly { readonly type: string; readonly name?: string }[];
};

function isAllowed(choice: Choice): choice is Choice & Allowed {
  return typeof choice === 'object' && choice?.type === 'allowed_tools';
}

function demandIn(choice: Choice): Parameters<typeof choiceOf>[0] {
  if (!choice || typeof choice === 'string') return choice;
  if (isAllowed(choice)) return choice.mode;
  if ((choice.type !== 'function' && choice.type !== 'custom') || typeof choice.name !== 'string')
    return undefined;
  return { type: 'function', function: { name: choice.name } };
}
