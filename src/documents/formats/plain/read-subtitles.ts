/** Words that are shown for a time. */
interface Cue {
  /** Such as `00:01:05`. */
  readonly start: string;
  readonly text: string;
}

const timing =
  /^\s*((?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3})\s*-->\s*(?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3}/;

/** Tells whether a text is made of subtitles, in SRT, WebVTT or SubStation. */
export function isSubtitles(text: string): boolean {
  return (
    /^\ufeff?(?:WEBVTT(?:[ \t\r\n]|$)|\[Script Info\])/.test(text) ||
    timing.test(text.slice(0, 200).replace(/^\ufeff?\s*(?:\d+\s*\r?\n)?/, ''))
  );
}

// So many seconds are one paragraph, under the time of its beginning.
const paragraphSeconds = 60;

/**
 * Writes subtitles as running text, so that a sentence over several of them is whole: a line a
 * speaker or sentence, under a heading with the time.
 */
export function subtitlesText(text: string): string {
  const parts: string[] = [];
  let isEnded = true;
  let since = Number.NEGATIVE_INFINITY;
  for (const { start, text: words } of cuesIn(text)) {
    const seconds = secondsOf(start);
    const isTurn = /^(?:[-–—]\s|\[|>>|[\p{Lu}][\p{L} .'-]{0,30}:\s)/u.test(words);
    if (isEnded && seconds - since >= paragraphSeconds) {
      parts.push(`${parts.length > 0 ? '\n\n' : ''}## ${start}\n\n`, words);
      since = seconds;
    } else parts.push(isTurn || isEnded ? '\n' : ' ', words);
    isEnded = /[.!?…。！？]["'”’)\]]*$/.test(words);
  }
  return parts.join('');
}

function secondsOf(time: string): number {
  return time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}

function cuesIn(text: string): Cue[] {
  const cues: Cue[] = [];
  for (const [, start, speaker, words] of text.matchAll(dialogue)) {
    const said = shown(words!.replace(/\\[Nnh]/g, ' '));
    if (said !== '')
      cues.push({ start: wholeTime(`0${start}`), text: `${speaker && `${speaker}: `}${said}` });
  }
  if (cues.length > 0) return cues;
  for (const block of text.replace(/\r\n?/g, '\n').split(/\n[ \t]*\n+/)) {
    const lines = block.split('\n');
    const at = lines.findIndex(line => timing.test(line));
    if (at < 0) continue;
    const start = timing.exec(lines[at]!)![1]!.split(/[.,]/)[0]!;
    const words = lines
      .slice(at + 1)
      .map(shown)
      .filter(Boolean)
      .join(' ')
      .trim();
    // Captions that roll show a line again.
    if (words !== '' && words !== cues.at(-1)?.text)
      cues.push({ start: wholeTime(start), text: words });
  }
  return cues;
}

// A line of SubStation: layer, times and style, who speaks, four fields of its place, words.
const cell = String.raw`[^,\n]{0,99},`;
const dialogue = new RegExp(
  String.raw`^Dialogue:${cell}\s?(\d:\d\d:\d\d)(?:${cell}){3}([^,\n]{0,99}),(?:${cell}){4}(.*)`,
  'gm',
);

function wholeTime(time: string): string {
  const parts = time.split(':');
  return [...Array.from({ length: 3 - parts.length }, () => '00'), ...parts].slice(-3).join(':');
}

// A voice tag names who speaks; other tags, and places on the screen, are no words.
function shown(line: string): string {
  return line
    .replace(/<v(?:\.[\w.]+)?\s([^<>]*)>/g, '$1: ')
    .replace(/<\/?[a-z][^<>]*>|<\d[\d:.]*>|\{\\[^{}]*\}/gi, '')
    .replaceAll('&amp;', '&')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&nbsp;', ' ')
    .trim();
}
