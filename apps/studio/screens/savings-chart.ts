import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { dollars } from '../format.ts';
import type { Sums } from './spend-sums.ts';

const heightPx = 220;
const dayS = 86_400;

/** Draws spent and saved by day, below zero where more was spent; returns what takes it away. */
export function drawSavings(box: HTMLElement, days: readonly Sums[]): () => void {
  const css = getComputedStyle(box);
  const colour = (name: string) => css.getPropertyValue(name).trim();
  const axis = { stroke: colour('--text'), grid: { stroke: colour('--line') } };
  const chart = new uPlot(
    {
      width: box.clientWidth,
      height: heightPx,
      scales: {
        // Room for the bars of the first day and the last.
        x: { time: true, range: (_chart, min, max) => [min - dayS, max + dayS] },
        // Bars are compared by their lengths, so that they begin at zero.
        y: { range: (_chart, min, max) => [1.1 * Math.min(0, min), 1.1 * Math.max(0, max) || 1] },
      },
      axes: [
        {
          ...axis,
          incrs: [dayS, 7 * dayS, 28 * dayS],
          values: (_chart, seconds) => seconds.map(dayOf),
        },
        { ...axis, size: 76, values: (_chart, values) => values.map(dollars) },
      ],
      series: [
        { label: 'Day', value: (_chart, seconds) => (seconds ? dayOf(seconds) : '–') },
        bars('Spent', colour('--cloud-strong'), colour('--cloud')),
        bars('Saved', colour('--device-strong'), colour('--device')),
      ],
    },
    [
      days.map(({ name }) => Date.parse(name) / 1000),
      days.map(({ costUsd }) => costUsd),
      days.map(({ savedUsd }) => savedUsd),
    ],
    box,
  );
  const sizes = new ResizeObserver(() =>
    chart.setSize({ width: box.clientWidth, height: heightPx }),
  );
  sizes.observe(box);
  return () => {
    sizes.disconnect();
    chart.destroy();
  };
}

function dayOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(5, 10);
}

function bars(label: string, stroke: string, fill: string): uPlot.Series {
  const paths = uPlot.paths.bars?.({ size: [0.4, 40], align: label === 'Spent' ? -1 : 1 });
  return {
    label,
    stroke,
    fill,
    width: 1,
    points: { show: false },
    value: (_chart, value) => (value === null ? '–' : dollars(value)),
    ...(paths && { paths }),
  };
}
