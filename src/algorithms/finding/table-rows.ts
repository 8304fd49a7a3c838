/**
 * Tells the rows of tables from prose: cells parted by tabs, or by the commas, semicolons or bars
 * of a file of values.
 */

// So many lines are looked at to know a file of values.
const looked = 12;

/** Finds what parts the cells of a text that is a table throughout; `undefined` for other texts. */
export function delimiterOf(text: string): string | undefined {
  const lines = text.slice(0, 8000).split('\n', looked + 1);
  const whole = lines.slice(0, looked).filter(line => line.trim() !== '');
  if (whole.length < 2) return undefined;
  return [';', ',', '|'].find(sign => {
    const counts = whole.map(line => cellsOf(line, sign).length);
    return counts[0]! > 1 && counts.every(count => count === counts[0]);
  });
}

/** Cuts a row into its cells; a sign within double quotation marks parts nothing. */
export function cellsOf(row: string, delimiter: string): string[] {
  if (!row.includes('"') || delimiter === '\t') return row.split(delimiter);
  const cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (const letter of row) {
    if (letter === '"') isQuoted = !isQuoted;
    if (letter === delimiter && !isQuoted) {
      cells.push(cell);
      cell = '';
    } else cell += letter;
  }
  return [...cells, cell];
}

/**
 * Tells whether a row may head a table: it names columns, and holds no amounts; years name columns
 * too.
 */
export function isHead(row: string, delimiter: string): boolean {
  const cells = cellsOf(row, delimiter).map(cell => cell.replaceAll('"', '').trim());
  const amounts = cells.filter(cell => /\d/.test(cell) && isAmount(cell));
  return amounts.length === 0;
}

const longestAmount = 60;

function isAmount(cell: string): boolean {
  if (cell.length > longestAmount) return false;
  if (/^(?:fy|cy|q[1-4]|h[12])?[\s'-]?(?:19|20)\d\d\s?[a-z]?$/i.test(cell)) return false;
  return /^[($€£¥+–-]*\s*\d[\d.,' ]*\s*%?\)?(?:\s?[a-z€$£]{1,3})?$/i.test(cell);
}
