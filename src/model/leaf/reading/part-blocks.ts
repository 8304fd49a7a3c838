import type { StreamPart, ToolCall } from '../../types.ts';
import { logprobMetadata, type TokenLogprob } from '../logprobs.ts';

type TextDeltaPart = Extract<StreamPart, { type: 'text-delta' }>;
type BlockMetadata = NonNullable<TextDeltaPart['providerMetadata']>;

/** Writes parts of a stream, and opens and closes their blocks. */
export interface PartBlocks {
  say(kind: 'text' | 'reasoning', delta: string, about?: readonly TokenLogprob[]): void;
  call(call: ToolCall): void;
  put(part: StreamPart): void;
  /** Closes what is open. */
  close(): void;
  /** Names the block of text that begins next, and what the provider says of it. */
  begin(id: string, metadata: BlockMetadata | undefined): void;
  /** Takes what was written since the last time. */
  taken(): StreamPart[];
}

/** Begins to write parts; `openId` is the block of text that is open already. */
export function partBlocks(openId: string | undefined): PartBlocks {
  let out: StreamPart[] = [];
  let open: 'text' | 'reasoning' | undefined = openId === undefined ? undefined : 'text';
  let id = openId ?? 'text';
  let named: string | undefined;
  let block = 0;
  let metadata: BlockMetadata | undefined;
  const close = () => {
    if (open) out.push({ type: `${open}-end`, id });
    open = undefined;
  };
  return {
    say(kind, delta, logprobs = []) {
      if (delta === '') return;
      if (open !== kind) {
        close();
        open = kind;
        id = kind === 'text' && named !== undefined ? named : `${kind}-${++block}`;
        if (kind === 'text') named = undefined;
        out.push({
          type: `${kind}-start`,
          id,
          ...(metadata && { providerMetadata: metadata }),
        });
      }
      const told = logprobs.length > 0 && { providerMetadata: logprobMetadata(logprobs) };
      out.push({ type: `${kind}-delta`, id, delta, ...told });
    },
    call(call) {
      close();
      const { toolCallId: id, toolName, input, providerMetadata } = call;
      const about = providerMetadata && { providerMetadata };
      out.push(
        { type: 'tool-input-start', id, toolName, ...about },
        { type: 'tool-input-delta', id, delta: input, ...about },
        { type: 'tool-input-end', id, ...about },
        call,
      );
    },
    put: part => void out.push(part),
    close,
    begin(name, given) {
      named = name;
      metadata = given;
    },
    taken() {
      const parts = out;
      out = [];
      return parts;
    },
  };
}
