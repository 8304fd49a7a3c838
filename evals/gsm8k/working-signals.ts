/**
 * What can be seen of a worked answer without knowing the right one: arithmetic is checked, not
 * believed.
 */
export function workingSignals(prompt: string, answer: string): Record<string, number> {
  const sums = sumsIn(answer);
  const right = sums.filter(
    ({ left, said }) => Math.abs(left - said) <= 0.011 * Math.max(1, Math.abs(said)),
  ).length;
  const final = finalNumber(answer);
  const last = sums.at(-1)?.said;
  const asked = numbersIn(prompt);
  const used = numbersIn(answer);
  return {
    // Shares of none are a half: nothing was seen for or against.
    arithmeticRight: sums.length === 0 ? 0.5 : right / sums.length,
    finalIsLastResult: last === undefined || final === undefined ? 0.5 : final === last ? 1 : 0,
    isMarked: answer.includes('####') ? 1 : 0,
    isWholeNumber: final === undefined ? 0 : Number.isInteger(final) ? 1 : 0,
    numbersUsed:
      asked.length === 0 ? 0.5 : asked.filter(each => used.includes(each)).length / asked.length,
    sums: sums.length,
    characters: answer.length,
    promptCharacters: prompt.length,
  };
}

interface Sum {
  readonly left: number;
  readonly said: number;
}

function sumsIn(text: string): Sum[] {
  const plain = text
    .replace(/(?<=\d),(?=\d{3}(?!\d))/g, '')
    .replace(/[$\\]/g, '')
    .replace(/×|x(?=\s*\d)/g, '*')
    .replace(/÷/g, '/');
  const pattern =
    /((?:-?\d+(?:\.\d+)?\s*[-+*/]\s*)+-?\d+(?:\.\d+)?)\s*=\s*(?:<<[^>]*>>)?\s*(-?\d+(?:\.\d+)?)/g;
  return [...plain.matchAll(pattern)].flatMap(([, left = '', said = '']) => {
    const value = computed(left);
    return value === undefined ? [] : [{ left: value, said: Number(said) }];
  });
}

// Products before sums, from left to right; a minus after an operator belongs to its number.
function computed(expression: string): number | undefined {
  const terms =
    expression
      .replace(/\s+/g, '')
      .match(/(?:^-|[-+])?(?:[*/]?-?\d+(?:\.\d+)?(?![\d.]))(?:[*/]-?\d+(?:\.\d+)?)*/g) ?? [];
  const sum = terms.reduce((total, term) => total + product(term), 0);
  return Number.isFinite(sum) ? sum : undefined;
}

function product(term: string): number {
  const sign = term.startsWith('-') ? -1 : 1;
  const factors = term.replace(/^[-+]/, '').match(/[*/]?-?\d+(?:\.\d+)?/g) ?? [];
  return factors.reduce((value, factor) => {
    if (factor.startsWith('*')) return value * Number(factor.slice(1));
    return factor.startsWith('/') ? value / Number(factor.slice(1)) : sign * Number(factor);
  }, 0);
}

function finalNumber(text: string): number | undefined {
  const marked = text.split('####').at(-1) ?? text;
  return numbersIn(marked).at(-1);
}

function numbersIn(text: string): number[] {
  const found = text.replace(/(?<=\d),(?=\d{3}(?!\d))/g, '').match(/\d+(?:\.\d+)?/g);
  return (found ?? []).map(Number);
}
