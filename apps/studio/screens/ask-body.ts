import type { KeptFile } from './file-drop.tsx';

/** What is asked. */
export interface Asked {
  readonly question: string;
  readonly file: KeptFile | undefined;
}

/** What of a chat completion this page reads. */
export interface Completion {
  readonly choices: readonly { readonly message: { readonly content: string | null } }[];
  readonly tandem: {
    readonly runId: string;
    readonly answeredBy?: string;
    readonly place?: string;
    readonly reason?: string;
    readonly degraded?: boolean;
    readonly costUsd?: number | 'unknown';
    readonly egress?: { readonly calls: number; readonly characters: number };
    readonly warnings?: readonly string[];
    readonly citations?: readonly {
      readonly id: string;
      readonly title?: string;
      readonly page?: number;
      readonly quote?: string;
    }[];
  };
}

/** The body of a question; `isLocal` lets nothing leave. */
export function askBody(model: string, { question, file }: Asked, isLocal: boolean): object {
  const text = { type: 'text', text: question };
  const content = file ? [text, { type: 'file', file: { file_id: file.id } }] : question;
  return {
    model,
    messages: [{ role: 'user', content }],
    ...(isLocal && { tandem: { mode: 'local-only' } }),
  };
}

/** What a pattern does, in a sentence; by the name that it is served under. */
export const sentences: Readonly<Record<string, string>> = {
  cascade: 'The local model drafts; a gate lets the draft pass, or asks the cloud.',
  router: 'The question alone decides which model answers it.',
  maker: 'Small steps, each decided by votes of the local model.',
  minions: 'The local model reads a document in parts; only extracts go up.',
  chain: 'Workers read a long document part by part, and hand their notes on.',
  auto: 'Chooses between the patterns by what each says it will cost.',
  shadow: 'Answers from one side and asks the other beside it, to compare.',
};

/** Ready questions, one for each kind of work. */
export const examples = [
  { name: 'A short question', text: 'In which year was the first e-mail sent, and by whom?' },
  { name: 'A careful answer', text: 'May a tenant refuse a rent increase after six months? Why?' },
  { name: 'Rewriting', text: 'Make this polite: Send me the report now, you are late again.' },
  { name: 'A task in steps', text: 'Add 48276 and 91847 digit by digit, and show each carry.' },
  { name: 'On a document', text: 'What is the notice period, and where does it say so?' },
] as const;
