/** Text as it is laid out from markup: white space collapses, blocks begin lines. */
export interface TextFlow {
  /** Adds running text; a run of white space becomes one space. */
  inline(text: string): void;
  /** Adds text whose white space and line breaks count. */
  exact(text: string): void;
  /** Ends the line, unless it is empty. */
  line(): void;
  /** Ends the line, and leaves a blank one. */
  blank(): void;
  /** Begins a line with a mark, such as a bullet, that the next words follow on. */
  mark(text: string): void;
  /** What was written. */
  text(): string;
}

/** Opens an empty flow. */
export function textFlow(): TextFlow {
  const flow: OpenFlow = { parts: [], breaks: 2, hasSpace: false, isMarked: false };
  return {
    inline: text => addInline(flow, text),
    exact: text => addExact(flow, text),
    line: () => endLine(flow, 1),
    blank: () => endLine(flow, 2),
    mark(text) {
      endLine(flow, 1);
      flow.parts.push(text);
      Object.assign(flow, { breaks: 0, hasSpace: false, isMarked: true });
    },
    text: () => tidy(flow.parts.join('')),
  };
}

interface OpenFlow {
  readonly parts: string[];
  /** Line breaks since the last word; a flow begins as if after a blank line. */
  breaks: number;
  hasSpace: boolean;
  isMarked: boolean;
}

function add(flow: OpenFlow, text: string): void {
  if (text === '') return;
  flow.parts.push(text);
  flow.breaks = 0;
  flow.isMarked = false;
}

function endLine(flow: OpenFlow, wanted: number): void {
  flow.hasSpace = false;
  if (flow.isMarked) return;
  for (; flow.breaks < wanted; flow.breaks++) flow.parts.push('\n');
}

function addInline(flow: OpenFlow, text: string): void {
  const words = text.replace(/[ \t\n\r\f]+/g, ' ');
  if (words === '') return;
  const lead = flow.hasSpace || words.startsWith(' ');
  const isFirst = flow.breaks > 0 || flow.isMarked;
  if (words === ' ') flow.hasSpace = true;
  else {
    add(flow, `${lead && !isFirst ? ' ' : ''}${words.replace(/^ | $/g, '')}`);
    flow.hasSpace = words.endsWith(' ');
  }
}

function addExact(flow: OpenFlow, text: string): void {
  if (text === '') return;
  if (flow.hasSpace && flow.breaks === 0) flow.parts.push(' ');
  flow.hasSpace = false;
  add(flow, text);
  flow.breaks = text.endsWith('\n\n') ? 2 : text.endsWith('\n') ? 1 : 0;
}

// The look-behind starts each run of blanks once; without it a long run costs its square.
function tidy(text: string): string {
  return text
    .replaceAll('\u00ad', '')
    .replaceAll('\u00a0', ' ')
    .replace(/(?<![ \t])[ \t]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\n+/, '')
    .trimEnd();
}
