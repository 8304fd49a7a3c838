/** A text on a page: its lower left corner in points from the lower left of the page. */
export interface PlacedText {
  readonly text: string;
  /** Default: 72. */
  readonly x?: number;
  /** Default: 14 below the text before it, the first at 700. */
  readonly y?: number;
}

/**
 * Writes a plain PDF of pages of Latin text, in Helvetica of 10 points; a page without texts is one
 * without text, like a scan. An encrypted one bears a lock that no password opens.
 */
export function pdfOf(
  pages: readonly (readonly PlacedText[])[],
  options: { readonly isEncrypted?: boolean } = {},
): Uint8Array {
  const objects: string[] = [];
  const kids = pages.map((_, index) => `${4 + 2 * index} 0 R`).join(' ');
  objects.push('<< /Type /Catalog /Pages 2 0 R >>');
  objects.push(`<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`);
  objects.push('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>');
  for (const [index, page] of pages.entries()) {
    const resources = '/Resources << /Font << /F1 3 0 R >> >>';
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] ${resources} /Contents ` +
        `${5 + 2 * index} 0 R >>`,
    );
    const content = contentOf(page);
    objects.push(`<< /Length ${content.length} >>\nstream\n${content}\nendstream`);
  }
  if (options.isEncrypted) {
    const lock = `(${'x'.repeat(32)})`;
    objects.push(`<< /Filter /Standard /V 1 /R 2 /O ${lock} /U ${lock} /P -4 >>`);
  }
  return Buffer.from(fileOf(objects, options.isEncrypted === true), 'latin1');
}

function contentOf(page: readonly PlacedText[]): string {
  let y = 714;
  const shown = page.map(placed => {
    y = placed.y ?? y - 14;
    return `1 0 0 1 ${placed.x ?? 72} ${y} Tm (${escaped(placed.text)}) Tj`;
  });
  return `BT /F1 10 Tf\n${shown.join('\n')}\nET`;
}

function escaped(text: string): string {
  return text
    .replaceAll('–', '\u0096')
    .replaceAll('—', '\u0097')
    .replaceAll('’', '\u0092')
    .replaceAll('€', '\u0080')
    .replace(/[\\()]/g, '\\$&');
}

function fileOf(objects: readonly string[], isEncrypted: boolean): string {
  let file = '%PDF-1.4\n';
  const offsets: string[] = [];
  for (const [index, object] of objects.entries()) {
    offsets.push(String(file.length).padStart(10, '0'));
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
  }
  const rows = offsets.map(offset => `${offset} 00000 n \n`).join('');
  const lock = isEncrypted ? `/Encrypt ${objects.length} 0 R /ID [<00> <00>]` : '';
  const trailer = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${lock} >>`;
  return (
    `${file}xref\n0 ${objects.length + 1}\n0000000000 65535 f ` +
    `\n${rows}${trailer}\nstartxref\n${file.length}\n%%EOF\n`
  );
}
