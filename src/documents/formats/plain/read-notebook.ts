/** What notebooks keep of a cell or of what it gave out. */
interface NotebookPart {
  readonly [part: string]: unknown;
}

/**
 * Writes a notebook as Markdown: its text as it stands, its code fenced, and what the code gave out
 * but for pictures. `undefined` if it is none.
 */
export function notebookText(json: string): string | undefined {
  let book: NotebookPart;
  try {
    book = JSON.parse(json) as NotebookPart;
  } catch {
    return undefined;
  }
  const sheets = piecesOf(book.worksheets);
  const cells = [...piecesOf(book.cells), ...sheets.flatMap(sheet => piecesOf(sheet.cells))];
  if (cells.length === 0) return undefined;
  return cells
    .map(cellText)
    .filter(text => text !== '')
    .join('\n\n');
}

function cellText(cell: NotebookPart): string {
  const source = linesOf(cell.source ?? cell.input);
  if (cell.cell_type !== 'code') return source.trim();
  const given = piecesOf(cell.outputs).map(outputText);
  return [source.trim() && `\`\`\`\n${source.trimEnd()}\n\`\`\``, ...given]
    .filter(text => text !== '')
    .join('\n\n');
}

function outputText(output: NotebookPart): string {
  const data = (output.data ?? {}) as NotebookPart;
  const said = linesOf(output.text ?? data['text/markdown'] ?? data['text/plain']);
  const failed = output.ename === undefined ? '' : `${output.ename}: ${output.evalue}`;
  return (said || failed).trim();
}

function piecesOf(list: unknown): NotebookPart[] {
  return Array.isArray(list) ? list.filter(each => typeof each === 'object' && each !== null) : [];
}

function linesOf(text: unknown): string {
  return Array.isArray(text) ? text.join('') : typeof text === 'string' ? text : '';
}
