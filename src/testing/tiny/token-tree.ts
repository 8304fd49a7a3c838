import type { ReadToken, Transformer } from './transformer.ts';

/** Reads one sequence of tokens after the other into what is known already. */
export interface TokenReader {
  /** Reads the next token; tells whether it was known. */
  read(
    token: number,
    wantsLogits: boolean,
  ): { readonly read: ReadToken; readonly isKnown: boolean };
  /** How many tokens were read. */
  readonly length: number;
}

/** What was read, by what came before: equal beginnings are kept, and read, once. */
interface Node {
  read: ReadToken | undefined;
  readonly next: Map<number, Node>;
}

// About ten thousand tokens of a model of under a megabyte: some hundred short prompts with their
// answers.
const defaultBytes = 32 * 1024 * 1024;

/**
 * Keeps what a transformer read, prompts and answers alike, so that votes on one step cost what
 * differs between them. Nothing is lost by it: what a model makes of a beginning is a function of
 * that beginning. Overlapping readers share finished tokens only. Once `mostBytes` are kept, all
 * are forgotten and it begins anew.
 */
export function tokenTree(
  transformer: Transformer,
  mostBytes = defaultBytes,
): { open(): TokenReader } {
  let root: Node = emptyNode();
  let keptBytes = 0;
  const grow = (path: readonly ReadToken[], token: number, wantsLogits: boolean): ReadToken => {
    const read = transformer.read(path, token, wantsLogits);
    keptBytes += read.memory.byteLength + (read.logits?.byteLength ?? 0);
    return read;
  };
  return {
    open() {
      if (keptBytes >= mostBytes) [root, keptBytes] = [emptyNode(), 0];
      const path: ReadToken[] = [];
      let node = root;
      return {
        read(token, wantsLogits) {
          node = node.next.get(token) ?? grownFrom(node, token);
          const known = node.read;
          const isKnown = known !== undefined && (!wantsLogits || known.logits !== undefined);
          const read = isKnown ? known : grow(path, token, wantsLogits);
          node.read = read;
          path.push(read);
          return { read, isKnown };
        },
        get length() {
          return path.length;
        },
      };
    },
  };
}

function grownFrom(node: Node, token: number): Node {
  const grown = emptyNode();
  node.next.set(token, grown);
  return grown;
}

function emptyNode(): Node {
  return { read: undefined, next: new Map() };
}
