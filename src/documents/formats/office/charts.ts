import { oneLine } from '../markup/table-text.ts';
import {
  attributeOf,
  childOf,
  elementAt,
  elementsBelow,
  elementsOf,
  wordsOf,
  type XmlElement,
} from '../markup/xml-tree.ts';
import { shownNumber } from '../sheets/number-format.ts';
import { type PackedParts, relationsOf } from '../zipped/unpack.ts';

/**
 * Reads what a part of an Office file shows by drawings beside its text: charts, as the table that
 * is drawn in them, and the words of diagrams.
 */
export function drawnTexts(parts: PackedParts, path: string): string[] {
  const relations = [...relationsOf(parts, path).values()];
  const of = (kind: string) =>
    relations.flatMap(({ type, path: target }) => {
      const xml = type === kind ? parts.xml(target) : undefined;
      return xml ? [xml] : [];
    });
  return [
    ...of('chart').map(chartText),
    ...of('chartEx').map(newChartText),
    ...of('diagramData').map(diagramText),
  ].filter(text => text !== '');
}

function diagramText(xml: XmlElement): string {
  const lines = elementsBelow(xml, 'p').map(each =>
    oneLine(elementsBelow(each, 't').map(wordsOf).join('')),
  );
  return lines.filter(line => line !== '').join('\n');
}

// The newer kinds, such as waterfalls and treemaps, keep each column of their table for itself.
function newChartText(xml: XmlElement): string {
  const title = elementsBelow(xml, 'title').map(titleText)[0];
  const lines = elementsBelow(xml, 'data').flatMap(data => {
    const columns = elementsBelow(data, 'lvl').map(level =>
      elementsOf(level, 'pt').map(point => oneLine(wordsOf(point))),
    );
    const most = Math.min(mostPoints, Math.max(0, ...columns.map(({ length }) => length)));
    return Array.from({ length: most }, (_, at) => columns.map(each => each[at] ?? '').join('\t'));
  });
  return [title ? `Chart: ${title}` : 'Chart', ...lines].join('\n');
}

const mostPoints = 10_000;

function chartText(xml: XmlElement): string {
  const chart = elementAt(xml, 'chartSpace', 'chart');
  const plot = childOf(chart, 'plotArea');
  if (!plot) return '';
  const series = elementsBelow(plot, 'ser').map(seriesIn);
  const labels = new Map<number, string>();
  for (const { categories } of series)
    for (const [at, label] of categories) if (!labels.has(at)) labels.set(at, label);
  const places = [...new Set(series.flatMap(({ values }) => [...values.keys()]))]
    .sort((a, b) => a - b)
    .slice(0, mostPoints);
  if (places.length === 0) return '';
  const lines = places.map(at =>
    [labels.get(at) ?? String(at + 1), ...series.map(({ values }) => values.get(at) ?? '')].join(
      '\t',
    ),
  );
  const title = childOf(chart, 'title');
  const named = title ? titleText(title) : '';
  const axes = elementsOf(plot).flatMap(each => elementsOf(each, 'title').map(titleText));
  const about = axes.some(axis => axis !== '') ? [`Axes: ${axes.join('; ')}`] : [];
  const head = ['', ...series.map(({ name }) => name)].join('\t');
  return [named === '' ? 'Chart' : `Chart: ${named}`, ...about, head, ...lines].join('\n');
}

// A title is written out, or is that of a cell.
function titleText(title: XmlElement): string {
  return (
    diagramText(title).replaceAll('\n', ' ') || elementsBelow(title, 'v').map(wordsOf).join(' ')
  );
}

function seriesIn(series: XmlElement) {
  const cached = (...names: readonly string[]) => {
    for (const name of names) {
      const found = childOf(series, name);
      if (found) return pointsIn(found);
    }
    return new Map<number, string>();
  };
  const name = childOf(series, 'tx');
  const said = name ? elementsBelow(name, 'v').map(wordsOf).join(' ') : '';
  return {
    name: oneLine(said),
    categories: cached('cat', 'xVal'),
    values: cached('val', 'yVal'),
  };
}

// Categories of several levels are said from the outermost to the innermost one.
function pointsIn(data: XmlElement): Map<number, string> {
  const levels = elementsBelow(data, 'lvl').toReversed();
  const points = new Map<number, string>();
  if (levels.length > 0) {
    const last = levels.map(() => '');
    const all = levels.map(level => new Map(elementsOf(level, 'pt').map(pointIn)));
    const most = Math.max(...all.flatMap(level => [...level.keys()]));
    for (let at = 0; at <= Math.min(most, mostPoints); at++) {
      for (const [n, level] of all.entries()) last[n] = level.get(at) ?? last[n]!;
      points.set(at, last.join(' '));
    }
    return points;
  }
  const [code = ''] = elementsBelow(data, 'formatCode').map(wordsOf);
  for (const point of elementsBelow(data, 'pt')) {
    const [at, text] = pointIn(point);
    const value = Number(text);
    const isNumber = childOf(childOf(data, 'numRef') ?? data, 'numCache') !== undefined;
    points.set(
      at,
      isNumber && text !== '' && !Number.isNaN(value) ? shownNumber(value, code) : text,
    );
  }
  return points;
}

function pointIn(point: XmlElement): [number, string] {
  return [Number(attributeOf(point, 'idx') ?? '0'), oneLine(wordsOf(childOf(point, 'v')))];
}
