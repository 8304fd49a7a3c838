import type { Fact } from './unit.ts';

/** The room that facts share. */
export interface Room {
  readonly tokens: number;
  readonly isSpread: boolean;
}

/**
 * Chooses the facts that fit: the most relevant first, of equals the earliest found; never the
 * latest first, since the cause of a thing stands before its effects. Spread, each part of the
 * document gives its best in turn.
 */
export function fitting(
  facts: readonly Fact[],
  room: Room & { readonly mostHeld: number },
): { readonly shown: readonly Fact[]; readonly held: readonly Fact[] } {
  const ranked = facts.map((fact, index) => ({ fact, index }));
  ranked.sort((a, b) => b.fact.relevance - a.fact.relevance || a.index - b.index);
  const order = ranked.map(({ fact }) => fact);
  const shown = new Set<Fact>();
  let left = room.tokens;
  for (const fact of room.isSpread ? inTurns(order) : order) {
    if (fact.tokens > left) continue;
    left -= fact.tokens;
    shown.add(fact);
  }
  const kept = new Set(order.slice(0, room.mostHeld));
  return {
    shown: [...shown],
    held: facts.length > room.mostHeld ? facts.filter(fact => kept.has(fact)) : facts,
  };
}

// The best of every part, then the second best, and so on.
function inTurns(ranked: readonly Fact[]): Fact[] {
  const turnByPart = new Map<number, number>();
  const turned = ranked.map((fact, index) => {
    const turn = turnByPart.get(fact.part) ?? 0;
    turnByPart.set(fact.part, turn + 1);
    return { fact, turn, index };
  });
  return turned.sort((a, b) => a.turn - b.turn || a.index - b.index).map(({ fact }) => fact);
}
