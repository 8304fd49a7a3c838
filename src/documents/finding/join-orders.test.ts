import { describe, expect, it } from 'vitest';
import { documentOf } from '../document.ts';
import { halvesOf, indexed } from './document-index.ts';
import { joinOrders } from './join-orders.ts';
import { nearestHalf } from './meaning.ts';

const sentence = (n: number) => `Point ${n} is about something else than all the others. `;
const text = Array.from({ length: 40 }, (_, n) => sentence(n).repeat(6).trim()).join('\n\n');

async function partOf(cosineAt: (at: number) => number, title = 'a') {
  const document = documentOf({ text: `${title}\n\n${text}`, title });
  const index = await indexed(document);
  const halves = halvesOf(document, index);
  const cosines = halves.map((_, at) => cosineAt(at));
  const passages = halves.map(half => index.spans.findIndex(span => span.end > half.start));
  const nearness = { halves, cosines, near: cosines, passages };
  return { document, index, nearness };
}

describe('joinOrders', () => {
  it('shows what is nearest by meaning, with the nearer of its neighbours', async () => {
    const part = await partOf(at => (at === 20 ? 0.9 : at === 19 ? 0.8 : at / 1000));
    const [first] = joinOrders([part], [], 3);
    const { halves } = part.nearness;
    expect([first!.start, first!.end]).toEqual([halves[19]!.start, halves[20]!.end]);
    expect(first!.text).toBe(part.document.text.slice(first!.start, first!.end));
  });

  it('names what both orders name first', async () => {
    const part = await partOf(at => (at === 5 ? 0.9 : at === 30 ? 0.8 : at / 1000));
    const span = part.nearness.halves[30]!;
    const at = part.nearness.passages[30]!;
    const [first, second] = joinOrders([part], [{ part, at }], 3);
    expect(first!.start).toBeLessThanOrEqual(span.start);
    expect(first!.end).toBeGreaterThanOrEqual(span.end);
    expect(second!.start).toBeLessThanOrEqual(part.nearness.halves[5]!.start);
  });

  it('shows nothing twice, and no passage above its length, over several documents', async () => {
    const parts = [await partOf(at => Math.sin(at)), await partOf(at => Math.cos(at), 'b')];
    const passages = joinOrders(parts, [], 100);
    for (const { document } of parts) {
      const own = passages.filter(each => each.document === document);
      own.sort((a, b) => a.start - b.start);
      expect(own.map(each => each.text).join('')).toBe(document.text);
      expect(Math.max(...own.map(each => each.text.length))).toBeLessThanOrEqual(800);
    }
  });

  it('finds the nearest half that a stretch touches', async () => {
    const { nearness } = await partOf(at => (at === 7 ? 1 : 0));
    const { halves } = nearness;
    expect(nearestHalf({ start: halves[6]!.start, end: halves[9]!.end }, nearness)).toBe(7);
    expect(nearestHalf(halves[12]!, nearness)).toBe(12);
  });
});
