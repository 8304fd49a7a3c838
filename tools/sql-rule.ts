import type { SourceFile, Violation } from './structure-rules.ts';

/** The engines: the folders that may hold SQL. */
const engineFolders = ['src/runs/sqlite/', 'src/runs/postgres/'];

/**
 * Statements as they stand in a literal: behind its quote, behind a bracket or at the beginning of
 * a line. A keyword in prose, in a file's name or in a sentence of a prompt is none: a statement
 * goes on as only SQL does.
 */
const statements = [
  new RegExp(
    String.raw`select\b[^'"\`]{1,600}?\bfrom\s+(?:\w+|\$\{[^}]*\})(?:\s+(?:as\s+)?[a-z]{1,2})?` +
      String.raw`\s*(?:['"\`;,)]|(?:where|join|left|inner|order|group|limit|union)\b)`,
  ),
  /insert\s+(?:or\s+\w+\s+)?into\s+\S+\s*(?:\(|values\b|select\b|default\b)/,
  /update\s+(?:or\s+\w+\s+)?\S+\s+set\s+\w+\s*=/,
  /delete\s+from\s+\S+\s*(?:['"`;]|where\b)/,
  new RegExp(
    String.raw`create\s+(?:unique\s+|temp\s+|virtual\s+)?(?:table|index|view` +
      String.raw`|trigger)\s+(?:if\s+not\s+exists\s+)?\S+?\s*(?:\(|(?:as|on|using|before` +
      String.raw`|after)\b)`,
  ),
  /drop\s+(?:table|index|view|trigger)\s+(?:if\s+exists\s+)?\S+?\s*['"`;]/,
  /alter\s+table\s+\S+\s+(?:add|drop|rename|alter)\b/,
  /pragma\s+\w+\s*(?:['"`;(=])/,
  /begin\s+(?:immediate|exclusive|deferred|transaction)\b/,
  new RegExp(
    String.raw`with\s+(?:recursive\s+)?\w+(?:\([^)]*\))?\s+as\s+(?:not\s+)?(?:materialized\s*)?` +
      String.raw`\(\s*(?:select|values)\b`,
  ),
].map(({ source }) => `(?:${source}|${upper(source)})`);
const sql = new RegExp(`(?<=['"\`(;]\\s*|^\\s*)(?:${statements.join('|')})`, 'gm');

/** Finds SQL outside the engines' folders. */
export function checkSql({ path, text }: SourceFile): Violation[] {
  const isProduct = /^(?:src|apps)\//.test(path) && !path.endsWith('.test.ts');
  if (!isProduct || engineFolders.some(allowed => path.startsWith(allowed))) return [];
  return [...text.matchAll(sql)].map(({ index }) => ({
    path,
    line: text.slice(0, index).split('\n').length,
    rule: `SQL stands in ${engineFolders.join(' and ')} alone`,
  }));
}

// The same statement in capitals; what a backslash names keeps its meaning.
function upper(source: string): string {
  return source.replace(/\\.|\[[^\]]*\]|\{[^}]*\}|[a-z]+/g, part =>
    /^[a-z]/.test(part) ? part.toUpperCase() : part,
  );
}
