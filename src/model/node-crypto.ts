type NodeCrypto = typeof import('node:crypto');

let loaded: NodeCrypto | undefined;

/** Gives `node:crypto`, which is loaded when it is first needed: it is slow to load. */
export function nodeCrypto(): NodeCrypto {
  loaded ??= process.getBuiltinModule('node:crypto');
  return loaded;
}
