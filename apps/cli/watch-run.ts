import { stripVTControlCharacters } from 'node:util';
import type { RunEvent } from '../../src/entries/runs.ts';
import { readingGrid } from './reading-grid.ts';
import type { Terminal } from './terminal.ts';

/** How a watched run is told. */
interface Watching {
  /** False with `--json` or `--quiet`: then nothing is told. */
  readonly isTold: boolean;
  readonly now?: () => number;
}

/** A run that is watched. */
export interface RunWatch {
  readonly onEvent: ((event: RunEvent) => void) | undefined;
  /** Shows a line of how far the work is beside the calls. */
  say(text: string): void;
  /** Ends the clock. */
  stop(): void;
}

const tickMs = 1000;
const redrawMs = 80;
// Without a terminal a line so often says that the run is alive.
const lineEveryMs = 10_000;

/**
 * Shows a run as it happens: on a terminal a clock, what is read, which calls are out and for how
 * long; elsewhere a line at least every 10 s.
 */
export function watchRun(
  terminal: Terminal,
  { isTold, now = () => performance.now() }: Watching,
): RunWatch {
  if (!isTold) return { onEvent: undefined, say() {}, stop() {} };
  const begunMs = now();
  const grid = readingGrid(terminal.style);
  const work = workOf(now);
  let saidAt = begunMs;
  let drawnAt = Number.NEGATIVE_INFINITY;
  const show = () => {
    const clock = seconds(now() - begunMs);
    if (terminal.showsProgress) {
      drawnAt = now();
      const head = [clock, ...grid.words()].join(' · ');
      const calls = work.words().join(' · ');
      const lines = [head, ...(calls === '' ? [] : [calls]), ...grid.lines(terminal.width)];
      terminal.progress(lines.join('\n'));
    } else if (now() - saidAt >= lineEveryMs) {
      saidAt = now();
      terminal.note([clock, ...work.words(), ...grid.words()].join(' · '));
    }
  };
  const timer = setInterval(show, tickMs).unref();
  return {
    onEvent(event) {
      work.take(event);
      if (event.type === 'reading') grid.take(event.progress);
      // One step is the question itself.
      if (event.type === 'planned' && event.steps.length > 1) terminal.note(planLines(event.steps));
      const said = sayingOf(event);
      if (said !== undefined) work.say(said);
      if (terminal.showsProgress && now() - drawnAt >= redrawMs) show();
    },
    say: work.say,
    stop() {
      clearInterval(timer);
      terminal.clearProgress();
    },
  };
}

// What a person wants to read of an event; the rest is in the figures.
function sayingOf(event: RunEvent): string | undefined {
  if (event.type === 'told') return event.text;
  if (event.type === 'voted') return votedLine(event);
  if (event.type === 'egress') return `${event.characters} characters to ${event.modelId}`;
  if (event.type !== 'delegated') return undefined;
  return `${event.model} answers`;
}

const mostSteps = 12;
const longestStep = 90;

function planLines(steps: readonly string[]): string {
  const shown = steps.slice(0, mostSteps).map(step => `  ${clip(step)}`);
  const more = steps.length > mostSteps ? [`  … and ${steps.length - mostSteps} more`] : [];
  return [`plan of ${steps.length}:`, ...shown, ...more].join('\n');
}

function votedLine({ step, votes, agreed, flagged, faults, result }: Voted): string {
  const how = [
    `${votes} ${votes === 1 ? 'vote' : 'votes'}`,
    agreed > 0 ? `${agreed} agree` : 'none wins',
    ...(flagged > 0 ? [`${flagged} flagged (${faults.join('; ')})`] : []),
  ];
  return clip(`step ${step}: ${how.join(', ')}${result === undefined ? '' : ` → ${result}`}`);
}

// Models and documents write what a terminal would obey.
function clip(text: string): string {
  const line = stripVTControlCharacters(text).replace(/\s+/g, ' ').trim();
  return line.length > longestStep ? `${line.slice(0, longestStep - 1)}…` : line;
}

type Voted = Extract<RunEvent, { type: 'voted' }>;

interface OpenCall {
  readonly name: string;
  readonly model: string;
  readonly sinceMs: number;
}

// Which calls are out, how many were answered, and how long an answered one took.
function workOf(now: () => number) {
  const open: OpenCall[] = [];
  let answered = 0;
  let failed = 0;
  let totalMs = 0;
  let said = '';
  return {
    say(text: string) {
      said = text;
    },
    take(event: RunEvent) {
      if (event.type === 'asked')
        open.push({ name: event.name, model: event.model, sinceMs: now() });
      if (event.type !== 'answered') return;
      const { name, model, error, durationMs = 0 } = event;
      const at = open.findIndex(call => call.name === name && call.model === model);
      if (at >= 0) open.splice(at, 1);
      if (error === undefined) answered++;
      else failed++;
      totalMs += durationMs;
    },
    /** In words: what was said last, the calls that are back, and the one that is waited for. */
    words(): string[] {
      const [oldest] = open;
      const each = answered > 1 ? `, ${rate(totalMs / (answered + failed))} a call` : '';
      return [
        ...(said === '' ? [] : [said]),
        ...(answered + failed > 0
          ? [`${answered} answered${failed > 0 ? `, ${failed} failed` : ''}${each}`]
          : []),
        ...(oldest
          ? [
              `${open.length} out, waiting for ${oldest.model} (${oldest.name}) ` +
                `${seconds(now() - oldest.sinceMs)}`,
            ]
          : []),
      ];
    },
  };
}

function seconds(ms: number): string {
  const whole = Math.floor(ms / 1000);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

function rate(ms: number): string {
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}
