import type { Call, Message } from '../../model/types.ts';
import type { ChatTurn, ChatWrapper, EngineModel, LlamaCppModule, Token } from './engine.ts';

/** How a prompt is put into tokens: by the template of the file, or as it is. */
export type Template = 'auto' | 'none';

interface Templated {
  readonly model: EngineModel;
  readonly template: Template;
}

/** Tells whether prompts are put into a chat template. */
export function hasTemplate({ model, template }: Templated): boolean {
  return template !== 'none' && model.fileInfo.metadata.tokenizer?.chat_template !== undefined;
}

/**
 * Makes the tokens of a call's prompt: by the model's own chat template, or, where it has none or
 * none is wanted, the text of the last user message after the token that begins a text.
 */
export function promptTokens(
  call: Call,
  facts: Templated & { readonly module: LlamaCppModule },
): Token[] {
  const { module, model } = facts;
  if (!hasTemplate(facts)) {
    const { bos, shouldPrependBosToken } = model.tokens;
    const text = textOf(call.prompt.findLast(({ role }) => role === 'user'));
    return [
      ...(shouldPrependBosToken && bos !== null ? [bos] : []),
      ...model.tokenize(text, false),
    ];
  }
  const turns: ChatTurn[] = call.prompt.map(turnOf);
  const chatHistory: ChatTurn[] =
    turns.at(-1)?.type === 'model' ? turns : [...turns, { type: 'model', response: [] }];
  const { contextText } = contextOf(module, model, chatHistory);
  return contextText.tokenize(model.tokenizer);
}

const wrappers = new WeakMap<EngineModel, ChatWrapper>();

// By itself the package prefers a wrapper of its own that looks alike, and leaves out what only the
// file's template says, such as a default system prompt. A template that it cannot read is left to
// it.
function contextOf(
  module: LlamaCppModule,
  model: EngineModel,
  chatHistory: readonly ChatTurn[],
): ReturnType<ChatWrapper['generateContextState']> {
  try {
    const wrapper =
      wrappers.get(model) ?? module.resolveChatWrapper(model, { type: 'jinjaTemplate' });
    wrappers.set(model, wrapper);
    return wrapper.generateContextState({ chatHistory });
  } catch {
    const wrapper = module.resolveChatWrapper(model);
    wrappers.set(model, wrapper);
    return wrapper.generateContextState({ chatHistory });
  }
}

function turnOf(message: Message): ChatTurn {
  if (message.role === 'system') return { type: 'system', text: message.content };
  const text = textOf(message);
  return message.role === 'assistant'
    ? { type: 'model', response: [text] }
    : { type: 'user', text };
}

function textOf(message: Message | undefined): string {
  if (!message) return '';
  if (typeof message.content === 'string') return message.content;
  return message.content.map(part => ('text' in part ? part.text : '')).join('\n');
}
