/** An exact number as a fraction in lowest terms; the denominator is above 0. */
export interface Fraction {
  readonly over: bigint;
  readonly under: bigint;
}

const mostDigits = 40;
const mostPower = 64n;

/** Makes a fraction; `undefined` where the denominator is 0. */
export function fraction(over: bigint, under = 1n): Fraction | undefined {
  if (under === 0n) return undefined;
  let [a, b] = [over < 0n ? -over : over, under < 0n ? -under : under];
  while (b > 0n) [a, b] = [b, a % b];
  const sign = under < 0n ? -1n : 1n;
  return { over: (sign * over) / (a || 1n), under: (sign * under) / (a || 1n) };
}

/** Reads a number as it is written in English: `-1,234.5`; `undefined` of any other text. */
export function numberIn(text: string): Fraction | undefined {
  const bare = /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(text.replace(/^[-−]/, ''))
    ? text.replaceAll(',', '')
    : text;
  const found = /^([-−]?)(\d+)(?:\.(\d+))?$/.exec(bare);
  if (!found || bare.length > mostDigits) return undefined;
  const [, sign, whole = '', part = ''] = found;
  const value = BigInt(whole + part);
  return fraction(sign ? -value : value, 10n ** BigInt(part.length));
}

/** Adds to the first number the second one, `factor` times. */
export function plus(a: Fraction, b: Fraction, factor = 1n): Fraction | undefined {
  return fraction(a.over * b.under + factor * b.over * a.under, a.under * b.under);
}

/** Multiplies two numbers. */
export function times(a: Fraction, b: Fraction): Fraction | undefined {
  return fraction(a.over * b.over, a.under * b.under);
}

/** Tells which number is larger: above 0 the first one, below 0 the second one. */
export function compared(a: Fraction, b: Fraction): number {
  const gap = a.over * b.under - b.over * a.under;
  return gap > 0n ? 1 : gap < 0n ? -1 : 0;
}

const piece = /\s*(?:(\d[\d,]*(?:\.\d+)?)|(\*\*|[-+*/^()×·÷−x]))/y;

/**
 * Works out an expression of numbers, `+ - * / ^` and parentheses, exactly; `undefined` of a text
 * that is anything else, of a lone number and of a division by zero.
 */
export function workedOut(text: string): Fraction | undefined {
  const pieces: string[] = [];
  piece.lastIndex = 0;
  const bare = text.trim();
  while (piece.lastIndex < bare.length) {
    const found = piece.exec(bare);
    if (!found || pieces.length > 60) return undefined;
    pieces.push(found[1] ?? signs[found[2]!] ?? found[2]!);
  }
  if (pieces.length < 3) return undefined;
  const state = { pieces, at: 0 };
  const value = sum(state);
  return state.at === pieces.length ? value : undefined;
}

const signs: Readonly<Record<string, string>> = {
  '×': '*',
  '·': '*',
  x: '*',
  '÷': '/',
  '−': '-',
  '**': '^',
};

interface ExpressionReading {
  readonly pieces: readonly string[];
  at: number;
}

function sum(reading: ExpressionReading): Fraction | undefined {
  let value = product(reading);
  while (value && /^[+-]$/.test(reading.pieces[reading.at] ?? '')) {
    const factor = reading.pieces[reading.at++] === '+' ? 1n : -1n;
    const next = product(reading);
    value = next && plus(value, next, factor);
  }
  return value;
}

function product(reading: ExpressionReading): Fraction | undefined {
  let value = power(reading);
  while (value && /^[*/]$/.test(reading.pieces[reading.at] ?? '')) {
    const isTimes = reading.pieces[reading.at++] === '*';
    const next = power(reading);
    const factor = next && (isTimes ? next : fraction(next.under, next.over));
    value = factor && times(value, factor);
  }
  return value;
}

function power(reading: ExpressionReading): Fraction | undefined {
  const base = unit(reading);
  if (!base || reading.pieces[reading.at] !== '^') return base;
  reading.at += 1;
  const exponent = power(reading);
  if (exponent?.under !== 1n || exponent.over < 0n || exponent.over > mostPower) return undefined;
  return fraction(base.over ** exponent.over, base.under ** exponent.over);
}

function unit(reading: ExpressionReading): Fraction | undefined {
  const next = reading.pieces[reading.at++];
  if (next === '-') {
    const value = unit(reading);
    return value && fraction(-value.over, value.under);
  }
  if (next !== '(') return numberIn(next ?? '');
  const value = sum(reading);
  return reading.pieces[reading.at++] === ')' ? value : undefined;
}
