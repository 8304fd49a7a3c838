import { crc32 } from 'node:zlib';

/** Writes a plain Word file of paragraphs; one that begins with `# ` is a heading. */
export function docxOf(paragraphs: readonly string[]): Uint8Array {
  const written = paragraphs.map(paragraph => {
    const isHeading = paragraph.startsWith('# ');
    const style = isHeading ? '<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>' : '';
    const text = (isHeading ? paragraph.slice(2) : paragraph)
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;');
    return `<w:p>${style}<w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;
  });
  const body = `<w:body>${written.join('')}</w:body>`;
  const office = 'http://schemas.openxmlformats.org';
  const head = '<?xml version="1.0" encoding="UTF-8"?>';
  const main = `${office}/wordprocessingml/2006/main`;
  const part = 'application/vnd.openxmlformats-officedocument.wordprocessingml';
  return zipOf({
    '[Content_Types].xml':
      `${head}<Types xmlns="${office}/package/2006/content-types"><Default ` +
      'Extension="rels" ' +
      'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override ' +
      `PartName="/word/document.xml" ContentType="${part}.document.main+xml"/><Override ` +
      `PartName="/word/styles.xml" ContentType="${part}.styles+xml"/></Types>`,
    '_rels/.rels':
      `${head}<Relationships ` +
      `xmlns="${office}/package/2006/relationships"><Relationship Id="r1" ` +
      `Type="${office}/officeDocument/2006/relationships/officeDocument" ` +
      'Target="word/document.xml"/></Relationships>',
    'word/_rels/document.xml.rels':
      `${head}<Relationships ` +
      `xmlns="${office}/package/2006/relationships"><Relationship Id="r1" ` +
      `Type="${office}/officeDocument/2006/relationships/styles" ` +
      'Target="styles.xml"/></Relationships>',
    'word/styles.xml':
      `${head}<w:styles xmlns:w="${main}"><w:style w:type="paragraph" ` +
      'w:styleId="Heading1"><w:name w:val="heading 1"/></w:style></w:styles>',
    'word/document.xml': `${head}<w:document xmlns:w="${main}">${body}</w:document>`,
  });
}

// Files stored as they are: the simplest archive that there is.
function zipOf(files: Readonly<Record<string, string>>): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const [path, data] = [Buffer.from(name), Buffer.from(text)];
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt32LE(crc32(data), 10);
    facts.writeUInt32LE(data.length, 14);
    facts.writeUInt32LE(data.length, 18);
    facts.writeUInt16LE(path.length, 22);
    parts.push(Buffer.from('PK\u0003\u0004', 'latin1'), facts, path, data);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\u0001\u0002\u0014\u0000', 'latin1'), facts, place, path);
    offset += 30 + path.length + data.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(Object.keys(files).length, 4);
  end.writeUInt16LE(Object.keys(files).length, 6);
  end.writeUInt32LE(index.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, index, Buffer.from('PK\u0005\u0006', 'latin1'), end]);
}
