import type { LineOffset } from './raised.ts';

const raised = /vertical-align\s*:\s*(?:super|text-top|\+?[1-9.][\d.]*(?:px|pt|em|ex|%))/i;
const lowered = /vertical-align\s*:\s*(?:sub|text-bottom|-[\d.]+(?:px|pt|em|ex|%))\b/i;
const struck = /text-decoration(?:-line)?\s*:[^;]{0,40}line-through/i;
const moved = /position\s*:\s*relative/i;
const movedUp = /(?:^|[;\s])(?:top\s*:\s*-\s*[\d.]*[1-9]|bottom\s*:\s*[\d.]*[1-9])/i;

/** Tells how a style sets type off its line: `vertical-align: super`, or moved up in its place. */
export function offsetIn(style: string): LineOffset | undefined {
  if (raised.test(style) || (moved.test(style) && movedUp.test(style))) return 'raised';
  if (struck.test(style)) return 'struck';
  return lowered.test(style) ? 'lowered' : undefined;
}

const longestSheet = 200_000;

/** Finds the classes of a page's style sheets that set type off its line. */
export function offsetClasses(html: string): ReadonlyMap<string, LineOffset> {
  const classes = new Map<string, LineOffset>();
  for (const [, sheet = ''] of html.matchAll(/<style\b[^<>]*>([^<]*)/gi)) {
    for (const [, selectors = '', rules = ''] of sheet
      .slice(0, longestSheet)
      .matchAll(/([^{}]{1,400})\{([^{}]*)\}/g)) {
      const offset = offsetIn(rules);
      if (!offset) continue;
      for (const [, name] of selectors.matchAll(/(?:^|[\s,\w])\.([\w-]+)\s*(?=,|$)/g))
        classes.set(name!, offset);
    }
  }
  return classes;
}
