/**
 * Propositional logic: formulas as text and as trees, and the rules by which one line follows from
 * others.
 */

/** A formula as a tree. */
export type Formula =
  | { readonly kind: 'atom'; readonly name: string }
  | { readonly kind: 'not'; readonly inner: Formula }
  | { readonly kind: 'and' | 'or' | 'implies'; readonly left: Formula; readonly right: Formula };

const tokenForm = /\s*(->|→|[A-Za-z][A-Za-z0-9_]*|[~¬!]|[&∧]|[|∨]|[()])/y;

/**
 * Parses `~P & (Q | R) -> S`; `->` binds least and to the right, then `|`, `&`, `~`. `undefined` if
 * it is no formula.
 */
export function parseFormula(text: string): Formula | undefined {
  const tokens = tokensOf(text);
  if (!tokens) return undefined;
  let at = 0;
  const implication = (): Formula | undefined => {
    const left = chain('or', /^[|∨]$/, () => chain('and', /^[&∧]$/, unary));
    if (!left || !/^(->|→)$/.test(tokens[at] ?? '')) return left;
    at++;
    const right = implication();
    return right && { kind: 'implies', left, right };
  };
  const chain = (
    kind: 'and' | 'or',
    sign: RegExp,
    operand: () => Formula | undefined,
  ): Formula | undefined => {
    let left = operand();
    while (left && sign.test(tokens[at] ?? '')) {
      at++;
      const right = operand();
      left = right && { kind, left, right };
    }
    return left;
  };
  const unary = (): Formula | undefined => {
    const token = tokens[at++];
    if (token === undefined) return undefined;
    if (/^[~¬!]$/.test(token)) {
      const inner = unary();
      return inner && { kind: 'not', inner };
    }
    if (token === '(') {
      const inner = implication();
      return tokens[at++] === ')' ? inner : undefined;
    }
    return /^[A-Za-z]/.test(token) ? { kind: 'atom', name: token } : undefined;
  };
  const formula = implication();
  return at === tokens.length ? formula : undefined;
}

/** Longer texts are no formula: a parser that calls itself must not be led into the depths. */
const mostCharacters = 500;

function tokensOf(text: string): string[] | undefined {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > mostCharacters) return undefined;
  const tokens: string[] = [];
  tokenForm.lastIndex = 0;
  while (tokenForm.lastIndex < trimmed.length) {
    const match = tokenForm.exec(trimmed);
    if (!match) return undefined;
    tokens.push(match[1]!);
  }
  return tokens;
}

/** Writes a formula; equal formulas are equal texts. */
export function formulaText(formula: Formula): string {
  if (formula.kind === 'atom') return formula.name;
  if (formula.kind === 'not') return `~${inner(formula.inner)}`;
  const sign = { and: '&', or: '|', implies: '->' }[formula.kind];
  return `${inner(formula.left)} ${sign} ${inner(formula.right)}`;
}

function inner(formula: Formula): string {
  return formula.kind === 'atom' || formula.kind === 'not'
    ? formulaText(formula)
    : `(${formulaText(formula)})`;
}

const is = (a: Formula, b: Formula) => formulaText(a) === formulaText(b);
const negates = (a: Formula, b: Formula) => a.kind === 'not' && is(a.inner, b);

type InferenceRule = (conclusion: Formula, lines: readonly Formula[]) => boolean;

/** Tries a rule of two lines in both orders. */
const either =
  (holds: (conclusion: Formula, a: Formula, b: Formula) => boolean): InferenceRule =>
  (conclusion, [a, b]) =>
    a !== undefined && b !== undefined && (holds(conclusion, a, b) || holds(conclusion, b, a));

/** The rules of inference, by name. */
export const inferenceRules: Readonly<Record<string, InferenceRule>> = {
  'modus ponens': either((c, a, b) => a.kind === 'implies' && is(a.left, b) && is(a.right, c)),
  'modus tollens': either(
    (c, a, b) => a.kind === 'implies' && negates(b, a.right) && negates(c, a.left),
  ),
  'hypothetical syllogism': either(
    (c, a, b) =>
      a.kind === 'implies' &&
      b.kind === 'implies' &&
      c.kind === 'implies' &&
      is(a.right, b.left) &&
      is(c.left, a.left) &&
      is(c.right, b.right),
  ),
  'disjunctive syllogism': either(
    (c, a, b) =>
      a.kind === 'or' &&
      ((negates(b, a.left) && is(c, a.right)) || (negates(b, a.right) && is(c, a.left))),
  ),
  'and introduction': either((c, a, b) => c.kind === 'and' && is(c.left, a) && is(c.right, b)),
  'and elimination': (c, [a]) => a?.kind === 'and' && (is(c, a.left) || is(c, a.right)),
  'or introduction': (c, [a]) =>
    a !== undefined && c.kind === 'or' && (is(c.left, a) || is(c.right, a)),
  'double negation': (c, [a]) =>
    a?.kind === 'not' && a.inner.kind === 'not' && is(c, a.inner.inner),
};
