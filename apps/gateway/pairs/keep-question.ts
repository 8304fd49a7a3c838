import { type FinishedRun, leavesOf, type Span } from '../../../src/entries/runs.ts';
import type { Exchange } from '../exchange.ts';
import type { ChatMessage, ChatRequest } from '../wire/chat-request.ts';
import { joinControls } from '../wire/controls.ts';

/** What was asked of a cascade, as it can be asked again. */
export interface Question {
  /** Who answered it then: the local model alone, or the cloud too. */
  readonly has: 'local' | 'both';
  /** Under which name the cascade was asked. */
  readonly model: string;
  readonly body: ChatRequest;
}

// A pair is read by a person: what is longer is none.
const mostCharacters = 16_000;

/**
 * Keeps what was asked of a cascade, so that the model that it did not ask can be asked later: of
 * texts alone, and only where all of it may go to a cloud. For whoever keeps content.
 */
export function keepQuestion(exchange: Exchange, { runId, root }: FinishedRun): void {
  const { journal, keeping } = exchange.services.studio;
  if (!journal || keeping !== 'content' || root.error !== undefined) return;
  const { body } = exchange;
  if (!isChat(body) || !mayLeave(exchange, body) || !isOfTexts(body)) return;
  const leaves = leavesOf(root).filter(({ error }) => error === undefined);
  if (!leaves.some(({ name, place }) => name === 'draft' && place !== 'cloud')) return;
  const has = isByCloud(root) ? 'both' : 'local';
  const { stream: _how, stream_options: _said, tandem, ...rest } = body;
  const masked = joinControls(exchange.controls, tandem).mask ? { tandem: { mask: true } } : {};
  const content: Question = { has, model: body.model, body: { ...rest, ...masked } };
  if (JSON.stringify(content).length > mostCharacters) return;
  // A question that cannot be kept is one pair less; whoever asked has the answer.
  journal.keepBeside(runId, 'question', { facts: { has }, content }).catch(() => {});
}

/** The last words of whoever asked. */
export function wordsOf({ body }: Question): string {
  return textOf(body.messages.findLast(({ role }) => role === 'user')?.content);
}

/** All that was said before the answer, to be read by whoever rates it. */
export function conversationOf(question: Question): string {
  const { messages } = question.body;
  if (messages.length === 1) return wordsOf(question);
  return messages.map(({ role, content }) => `${role}: ${textOf(content)}`).join('\n\n');
}

function textOf(content: ChatMessage['content']): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map(part => ('text' in part ? (part.text ?? '') : '')).join('\n');
}

// A judge may be asked in the cloud and let the local answer pass.
function isByCloud({ decision, children }: Span): boolean {
  const decided = decision ?? children.find(child => child.decision)?.decision;
  return decided?.place === 'cloud';
}

function isChat(body: unknown): body is ChatRequest {
  return typeof body === 'object' && body !== null && 'messages' in body && 'model' in body;
}

function mayLeave({ controls, catalogue }: Exchange, body: ChatRequest): boolean {
  const { label = 'cloud-allowed', mode } = joinControls(controls, body.tandem);
  const modes = [mode, catalogue.policy.mode];
  return label === 'cloud-allowed' && !modes.includes('local-only');
}

function isOfTexts({ messages, n, tools }: ChatRequest): boolean {
  return (
    (n ?? 1) === 1 &&
    (tools ?? []).length === 0 &&
    messages.every(({ role, content }) => role !== 'tool' && isText(content))
  );
}

function isText(content: ChatMessage['content']): boolean {
  if (typeof content === 'string') return true;
  const parts: readonly { readonly type: string }[] | undefined = content ?? undefined;
  return parts?.every(({ type }) => type === 'text') === true;
}
