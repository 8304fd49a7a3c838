import { useEffect, useRef } from 'preact/hooks';
import type { CallList, RunDetails } from '../api-types.ts';
import { counted, duration, number } from '../format.ts';
import { useLoaded } from '../load.ts';

/** A call of a run. */
export type Call = RunDetails['calls'][number];

const barPx = 22;
const mostBars = 300;
const mostPainted = 10_000;

/** The calls of a run, as many as are painted: more than come with its details. */
export function useCalls({ run, calls, callCount }: RunDetails): readonly Call[] {
  const path = `/v1/runs/${encodeURIComponent(run.id)}/calls?limit=${mostPainted}`;
  const { data } = useLoaded<CallList>(callCount > calls.length ? path : undefined);
  return data?.data ?? calls;
}

/**
 * What ran where, and when: the device above, the cloud below, and the border that prompts cross
 * between them.
 */
export function Lanes({
  calls,
  callCount,
  chosen,
  onChoose,
}: {
  readonly calls: readonly Call[];
  readonly callCount: number;
  readonly chosen: number | undefined;
  onChoose(seq: number): void;
}) {
  const device = calls.filter(({ place }) => place !== 'cloud');
  const cloud = calls.filter(({ place }) => place === 'cloud');
  const endMs = calls.reduce((end, call) => Math.max(end, endOf(call)), 1);
  const isLarge = calls.length > mostBars;
  const lane = { endMs, chosen, onChoose };
  return (
    <div class="lanes">
      <p class="quiet">
        {counted(device.length, 'call')} on this device, {counted(cloud.length, 'call')} to the
        cloud
        {calls.length > 0 && `, ${duration(endMs)}`}
        {callCount > calls.length && `; ${number(calls.length)} of ${number(callCount)} shown`}
      </p>
      <div class="lane device">
        <span class="name">device</span>
        {isLarge ? <Painted calls={device} {...lane} /> : <Bars calls={device} {...lane} />}
      </div>
      <div class="border-line">
        <span>border</span>
      </div>
      <div class="lane cloud">
        <span class="name">cloud</span>
        {isLarge ? <Painted calls={cloud} {...lane} /> : <Bars calls={cloud} {...lane} />}
      </div>
    </div>
  );
}

interface LaneProps {
  readonly calls: readonly Call[];
  readonly endMs: number;
  readonly chosen: number | undefined;
  onChoose(seq: number): void;
}

function endOf({ startMs, ms }: Call): number {
  return startMs + (ms ?? 0);
}

/** Calls in as few rows as hold them without touching, by when they began. */
export function rowsOf(calls: readonly Call[], gapMs: number): { call: Call; row: number }[] {
  const ends: number[] = [];
  return calls
    .toSorted((a, b) => a.startMs - b.startMs)
    .map(call => {
      const free = ends.findIndex(end => end + gapMs <= call.startMs);
      const row = free < 0 ? ends.length : free;
      ends[row] = endOf(call);
      return { call, row };
    });
}

function Bars({ calls, endMs, chosen, onChoose }: LaneProps) {
  const placed = rowsOf(calls, endMs / 200);
  const rows = placed.reduce((most, { row }) => Math.max(most, row + 1), 1);
  return (
    <div class="bars" style={{ height: `${rows * barPx}px` }}>
      {placed.map(({ call, row }) => (
        <button
          key={call.seq}
          type="button"
          class={classOf(call)}
          aria-pressed={call.seq === chosen}
          title={titleOf(call)}
          style={{
            top: `${row * barPx}px`,
            left: `${(100 * call.startMs) / endMs}%`,
            width: `max(6px, ${(100 * (call.ms ?? 0)) / endMs}%)`,
          }}
          onClick={() => onChoose(call.seq)}
        >
          <span class="label">{call.trail.at(-1)}</span>
          <span class="unseen">, {titleOf(call)}</span>
        </button>
      ))}
    </div>
  );
}

function classOf({ isFinished, attempts }: Call): string {
  return `bar-of-call${isFinished ? '' : ' cut'}${attempts === 0 ? ' replayed' : ''}`;
}

function titleOf(call: Call): string {
  const state = call.isFinished ? '' : ', cut off';
  return `${call.trail.join(' → ')}, ${call.model}, ${duration(call.ms)}${state}`;
}

const paintedPx = 3;
const paintedRows = 60;

// Ten thousand elements take seconds; one picture of as many bars takes none. The table below it
// has each call.
function Painted({ calls, endMs }: LaneProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const placed = rowsOf(calls, 0);
  const rows = Math.min(
    paintedRows,
    placed.reduce((most, { row }) => Math.max(most, row + 1), 1),
  );
  useEffect(() => {
    const element = canvas.current!;
    const scale = devicePixelRatio;
    const width = element.clientWidth * scale;
    element.width = width;
    element.height = rows * paintedPx * scale;
    const pen = element.getContext('2d')!;
    pen.fillStyle = getComputedStyle(element).color;
    for (const { call, row } of placed) {
      const left = (width * call.startMs) / endMs;
      const wide = Math.max(1, (width * (call.ms ?? 0)) / endMs);
      pen.fillRect(left, (row % rows) * paintedPx * scale, wide, (paintedPx - 1) * scale);
    }
  });
  return (
    <canvas
      ref={canvas}
      class="painted"
      style={{ height: `${rows * paintedPx}px` }}
      role="img"
      aria-label={`${counted(calls.length, 'call')}; the table lists each`}
    />
  );
}
