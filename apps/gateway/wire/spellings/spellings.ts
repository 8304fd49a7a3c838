/**
 * Other spellings of what OpenAI's clients write: those of other interfaces, of older clients, and
 * of servers that take more. Each is written as OpenAI does before the schema reads it.
 */

import { isObject as isFields } from '../../policy/slips.ts';
import {
  asItems,
  effortIn,
  type Fields,
  itemsOf,
  pictureUrl,
  roleIn,
  spellValues,
  splitTurn,
} from './spelled-values.ts';

/** Writes a fresh body as OpenAI does, in place; `isResponse` where a response is asked. */
export function spellAsOpenai(body: unknown, isResponse = false): void {
  if (!isFields(body)) return;
  spellValues(body);
  for (const name of ['max_tokens', 'max_completion_tokens', 'max_output_tokens'])
    if (Number(body[name]) < 0) body[name] = undefined;
  const { reasoning } = body;
  if (isFields(reasoning) && 'effort' in reasoning) reasoning.effort = effortIn(reasoning.effort);
  const isChat = 'messages' in body;
  if (isChat) spellThinking(body);
  const spellTool = isChat ? nested : flat;
  spellFunctions(body);
  if (isFields(body.tools)) body.tools = [body.tools];
  if (Array.isArray(body.tools))
    body.tools = body.tools
      .filter(each => each !== null)
      .flatMap(insideTools)
      .map(tool => spellTool(typed(tool)));
  if (body.tool_choice) body.tool_choice = spellTool(typed(choiceIn(body.tool_choice)));
  if (isChat) body.response_format = formatIn(body.response_format);
  else if (isResponse) spellResponse(body);
  const turns = isChat ? 'messages' : 'input';
  if (Array.isArray(body[turns])) body[turns] = spelledTurns(body[turns], isChat);
}

// As responses, OpenRouter and others ask a chat for more thought, or for none.
function spellThinking(body: Fields): void {
  const { reasoning, reasoning_effort: asked } = body;
  if (!isFields(reasoning) || (asked ?? null) !== null) return;
  const { effort, enabled, exclude: _exclude, ...others } = reasoning;
  const said = effort ?? (enabled === false ? 'none' : undefined);
  if (said === undefined) return;
  body.reasoning_effort = said;
  if (Object.keys(others).length === 0) delete body.reasoning;
}

// What chat completions call otherwise, and inputs that are no list.
function spellResponse(body: Fields): void {
  const { text, reasoning, instructions, input } = body;
  body.max_output_tokens ??= body.max_completion_tokens ?? body.max_tokens;
  const wanted = isFields(text) ? text : {};
  const format = wanted.format ?? body.response_format;
  const verbosity = wanted.verbosity ?? body.verbosity;
  if (format || verbosity)
    body.text = { ...wanted, format: flatFormat(formatIn(format)), verbosity };
  const effort = isFields(reasoning) ? reasoning.effort : undefined;
  if (body.reasoning_effort && !effort)
    body.reasoning = { ...(reasoning as Fields | undefined), effort: body.reasoning_effort };
  for (const name of chatNames) delete body[name];
  if (Array.isArray(instructions)) body.instructions = instructions.map(saidIn).join('\n\n');
  if (typeof input !== 'string' && 'input' in body) body.input = asItems(input);
}

// The older way to offer what may be called. The list stays, empty: it is answered in that way.
function spellFunctions(body: Fields): void {
  const { functions, function_call: choice, tools } = body;
  if (!Array.isArray(functions) || functions.length === 0) delete body.functions;
  else if (!tools && 'messages' in body) asTools(body, functions, choice);
}

function asTools(body: Fields, functions: readonly unknown[], choice: unknown): void {
  body.functions = [];
  body.tools = functions.map(each => ({ type: 'function', function: each }));
  body.parallel_tool_calls ??= false;
  body.tool_choice ??= isFields(choice) ? { type: 'function', function: choice } : choice;
  delete body.function_call;
}

const chatNames = [
  ...['max_completion_tokens', 'max_tokens', 'response_format', 'verbosity', 'reasoning_effort'],
];

function spelledTurns(given: readonly unknown[], isChat: boolean): unknown[] {
  const split = given.flatMap(splitTurn);
  const turns = isChat ? split : split.flatMap(itemsOf);
  const partIn = isChat ? chatPart : responsePart;
  for (const [index, turn] of turns.entries()) if (isFields(turn)) spellTurn(turn, index, partIn);
  if (isChat) giveIds(turns.filter(isFields));
  return turns;
}

// Tools of a space of names, such as those of one MCP server, are functions of longer names here.
function insideTools(tool: unknown): unknown[] {
  if (!isFields(tool) || tool.type !== 'namespace') return [tool];
  const { name: namespace, tools } = tool;
  if (!Array.isArray(tools) || tools.length === 0) return [tool];
  return tools.map(each =>
    isFields(each) ? { ...each, name: nameInside(namespace, each.name), namespace } : each,
  );
}

function nameInside(namespace: unknown, name: unknown): string {
  return `${namespace}${String(name).startsWith('_') ? '' : '__'}${name}`;
}

function choiceIn(choice: unknown): unknown {
  if (choice === 'any') return 'required';
  if (!isFields(choice)) return choice;
  if (choice.type === 'tool') return { type: 'function', name: choice.name };
  return ['auto', 'none', 'required', 'any'].includes(String(choice.type))
    ? choiceIn(choice.type)
    : choice;
}

// Anthropic's tools have their schema under another name, and no type.
function typed(tool: unknown): unknown {
  if (!isFields(tool) || tool.type !== undefined) return tool;
  if (isFields(tool.function)) return { type: 'function', ...tool };
  const { input_schema: parameters, ...rest } = tool;
  // Google's hosted tools are known by their one key.
  if (typeof tool.name !== 'string') return { type: Object.keys(tool)[0] ?? '', ...tool };
  return { type: 'function', ...(parameters !== undefined && { parameters }), ...rest };
}

const named = ['name', 'description', 'parameters', 'strict'];

function nested(tool: unknown): unknown {
  if (!isFields(tool) || tool.type !== 'function') return tool;
  if (isFields(tool.function)) {
    const { strict, ...others } = tool;
    return strict === undefined ? tool : { ...others, function: { strict, ...tool.function } };
  }
  const { type, ...rest } = tool;
  const own = Object.entries(rest).filter(([key]) => named.includes(key));
  const others = Object.entries(rest).filter(([key]) => !named.includes(key));
  return { type, function: Object.fromEntries(own), ...Object.fromEntries(others) };
}

function flat(tool: unknown): unknown {
  if (!isFields(tool) || tool.type !== 'function' || !isFields(tool.function)) return tool;
  const { function: called, ...rest } = tool;
  return { ...rest, ...called };
}

// Servers of local models take a schema beside the type, and one without a name.
function formatIn(format: unknown): unknown {
  if (/^(?:text|json_object)$/.test(String(format))) return { type: format };
  if (!isFields(format)) return format;
  if (Object.keys(format).length === 0) return undefined;
  const { type, json_schema: given, ...rest } = format;
  const schema = isFields(given) ? given : isFields(rest.schema) ? rest : undefined;
  if (schema === undefined || !/^json_(?:schema|object)$/.test(String(type))) return format;
  return { type: 'json_schema', json_schema: { name: 'response', ...schema } };
}

function flatFormat(format: unknown): unknown {
  if (!isFields(format) || !isFields(format.json_schema)) return format;
  return { type: format.type, ...format.json_schema };
}

function spellTurn(turn: Fields, index: number, partIn: (part: Fields) => Fields): void {
  if ('role' in turn) turn.role = roleIn(turn.role);
  if (Object.keys(turn).join() === 'id') turn.type = 'item_reference';
  if (/^function_call/.test(String(turn.type))) turn.call_id ??= turn.tool_call_id ?? turn.id;
  if (turn.type === 'function_call_output') turn.output ??= turn.content;
  if (turn.type === 'reasoning') spellThought(turn);
  if (Array.isArray(turn.images) && turn.role === 'user') addImages(turn);
  if ('content' in turn && 'role' in turn) turn.content = contentIn(turn, partIn);
  if ('output' in turn && 'call_id' in turn) turn.output = outputIn(turn.output, partIn);
  if ('arguments' in turn) turn.arguments = argumentsIn(turn.arguments);
  if (typeof turn.namespace === 'string') turn.name = nameInside(turn.namespace, turn.name);
  if (turn.role === 'assistant') spellAnswer(turn, index);
}

// As Ollama's clients send pictures.
function addImages(turn: Fields): void {
  const { images, content } = turn;
  const parts = Array.isArray(content) ? content : content ? [{ type: 'text', text: content }] : [];
  const pictures = (images as unknown[]).map(image_url => ({ type: 'image_url', image_url }));
  turn.content = [...parts, ...pictures];
  delete turn.images;
}

function spellThought(turn: Fields): void {
  const { summary, content } = turn;
  if (typeof summary === 'string') turn.summary = [{ type: 'summary_text', text: summary }];
  if (typeof content === 'string') turn.content = [{ type: 'reasoning_text', text: content }];
}

function spellAnswer(turn: Fields, index: number): void {
  const thought = thoughtIn(turn);
  if (thought !== '') turn.reasoning_content = thought;
  if (typeof turn.reasoning !== 'string') delete turn.reasoning;
  if (!Array.isArray(turn.tool_calls)) return;
  for (const [at, call] of turn.tool_calls.entries()) {
    if (!isFields(call)) continue;
    call.id = String(call.id ?? `call_${index}_${at}`);
    if (isFields(call.function)) call.function.arguments = argumentsIn(call.function.arguments);
  }
}

function contentIn({ role, content }: Fields, partIn: (part: Fields) => Fields): unknown {
  // What a tool gave may be any list, such as rows.
  const isGiven = role === 'tool' || role === 'function';
  if (isGiven && Array.isArray(content) && content.some(isData)) return JSON.stringify(content);
  if (Array.isArray(content)) return partsIn(content, partIn);
  if (isFields(content)) return isGiven ? JSON.stringify(content) : partsIn([content], partIn);
  if (typeof content === 'number' || typeof content === 'boolean') return String(content);
  return content ?? (role === 'assistant' ? content : '');
}

function isData(each: unknown): boolean {
  if (!isFields(each)) return typeof each !== 'string' && each !== null;
  return typeof each.type !== 'string' && typeof each.text !== 'string';
}

function outputIn(output: unknown, partIn: (part: Fields) => Fields): unknown {
  if (Array.isArray(output) && output.some(isData)) return JSON.stringify(output);
  if (Array.isArray(output)) return partsIn(output, partIn);
  return typeof (output ?? '') === 'string' ? (output ?? '') : JSON.stringify(output);
}

function partsIn(parts: readonly unknown[], partIn: (part: Fields) => Fields): unknown[] {
  return parts.map(part => {
    if (typeof part === 'string') return partIn({ type: 'text', text: part });
    return isFields(part) ? partIn(part) : part;
  });
}

function argumentsIn(given: unknown): unknown {
  return typeof given === 'string' ? given : JSON.stringify(given ?? {});
}

function chatPart(given: Fields): Fields {
  const isBare = given.type === undefined && typeof given.text === 'string';
  const part: Fields = isBare ? { type: 'text', ...given } : given;
  const { type, ...rest } = part;
  if (type === 'think') return { type: 'thinking', thinking: part.think };
  if (/^(?:input_|output_)?text$/.test(String(type)))
    return { ...part, text: textIn(part.text ?? part.content) };
  if (type === 'input_file') return { type: 'file', file: rest };
  if (type === 'image') return { type: 'image_url', image_url: { url: sourceIn(part) } };
  if (type === 'image_url') return { ...part, image_url: imageIn(part.image_url) };
  if (type !== 'input_image' || !part.image_url) return part;
  const { url = part.image_url } = isFields(part.image_url) ? part.image_url : {};
  return { type: 'image_url', image_url: { url: pictureUrl(url), detail: part.detail } };
}

// The older assistants' texts are objects, with what they quote beside.
function textIn(text: unknown): unknown {
  return isFields(text) ? text.value : (text ?? '');
}

function responsePart(part: Fields): Fields {
  const read = chatPart(part);
  const { type, image_url: image, ...more } = read;
  if (type === part.type && 'text' in read) return read;
  if (part.type === 'file' && isFields(part.file)) return { ...part.file, type: 'input_file' };
  if (type === 'text' && part.type === undefined) return { ...more, type };
  if (part.type === 'input_image' && typeof part.image_url === 'string')
    return { ...part, image_url: pictureUrl(part.image_url) };
  if (type !== 'image_url') return part;
  return isFields(image)
    ? { type: 'input_image', image_url: image.url, detail: image.detail }
    : { type: 'input_image', image_url: image };
}

// As Anthropic's clients, the AI SDK's and MCP's servers give pictures.
function sourceIn({ source, image, data, mimeType, mediaType = mimeType }: Fields): unknown {
  if (!isFields(source)) return pictureUrl(image ?? data, mediaType);
  return source.url ?? `data:${source.media_type};base64,${source.data}`;
}

function imageIn(image: unknown): unknown {
  return isFields(image) ? { ...image, url: pictureUrl(image.url) } : pictureUrl(image);
}

/** What a turn says of its thoughts under the names that other servers give them. */
function thoughtIn(turn: Fields): string {
  if (turn.reasoning_content || typeof turn.reasoning === 'string') return '';
  const { reasoning, thinking, reasoning_text: text, reasoning_details: details } = turn;
  for (const given of [text, thinking, reasoning, ...(Array.isArray(details) ? [details] : [])]) {
    const said = saidIn(given);
    if (said !== '') return said;
  }
  return '';
}

function saidIn(given: unknown): string {
  if (typeof given === 'string') return given;
  if (Array.isArray(given)) return given.map(saidIn).join('');
  if (!isFields(given)) return '';
  return saidIn(given.text ?? given.content ?? given.thinking ?? given.summary);
}

// The older way to call has no ids, and Ollama's has none: results answer by name, or in turn.
function giveIds(messages: readonly Fields[]): void {
  let open: Fields[] = [];
  for (const [index, message] of messages.entries()) {
    const { function_call: old } = message;
    if (isFields(old)) {
      const called = { ...old, arguments: argumentsIn(old.arguments) };
      message.tool_calls = [{ id: `call_${index}`, type: 'function', function: called }];
      delete message.function_call;
    }
    if (Array.isArray(message.tool_calls)) open = message.tool_calls.filter(isFields);
    if (message.role === 'function') {
      const { name } = message;
      const call = open.find(each => isFields(each.function) && each.function.name === name);
      Object.assign(message, { role: 'tool', tool_call_id: call?.id ?? '' });
      delete message.name;
    } else if (message.role === 'tool')
      message.tool_call_id = String(message.tool_call_id ?? open[0]?.id ?? '');
    open = open.filter(({ id }) => id !== message.tool_call_id);
  }
}
