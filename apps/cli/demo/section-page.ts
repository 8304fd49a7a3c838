import { table, wrapText } from '../layout.ts';
import { dollars, type Style } from '../terminal.ts';
import type { Item, Section } from './section.ts';

/**
 * Writes a section for a reader: what was asked, who answered and why, what it cost, what left or
 * would leave.
 */
export function sectionPage(
  section: Section,
  {
    number,
    seconds,
    style,
  }: { readonly number: number; readonly seconds: number; readonly style: Style },
): string {
  const mark = section.ok ? style.good('ok') : style.bad('not ok');
  const head =
    `${style.bold(`${number}. ${section.pattern}`)}  ${section.scenario}  ${mark} ` +
    `${style.dim(`${seconds.toFixed(1)} s`)}`;
  const standIns = section.standIns.map(each => style.dim(wrapText(each, style, '   ')));
  const items = section.items.map(item => itemLines(item, style));
  return `\n${[head, ...standIns, '', ...items, '', factLines(section, style)].join('\n')}\n`;
}

function itemLines(item: Item, style: Style): string {
  const wrong = item.isMeantToFail ? style.dim('✗') : style.bad('✗');
  const mark = item.isRight ? style.good('✓') : wrong;
  const lines = [`   ${mark} ${style.bold(clip(item.request))}`];
  const meant = item.isMeantToFail ? ': this is what votes are for' : '';
  if (item.answer !== null) lines.push(wrapText(clip(item.answer + meant, 320), style, '     '));
  for (const citation of (item.citations ?? []).slice(0, 3))
    lines.push(style.dim(`     ${citation}`));
  lines.push(`     ${style.accent(item.outcome)}  ${style.dim(item.why)}`);
  return lines.join('\n');
}

function factLines({ calls, egress, costUsd, wouldGo }: Section, style: Style): string {
  const rows = [
    ['calls', `${calls.device} on this device, ${calls.cloud} to the cloud, ${dollars(costUsd)}`],
    [
      'left the machine',
      egress.calls === 0
        ? 'nothing'
        : `${egress.characters} characters in ${egress.calls} call${egress.calls === 1 ? '' : 's'}`,
    ],
  ];
  if (wouldGo.items > 0) {
    const what =
      `${wouldGo.items} ${wouldGo.items === 1 ? 'call' : 'calls'}, ${wouldGo.tokens} ` +
      `tokens, ${dollars(wouldGo.costUsd)} at gpt-4.1`;
    rows.push(['would leave with a cloud', what]);
  }
  return table(
    rows.map(([name, value]) => [style.dim(name!), value!]),
    style,
    '   ',
  );
}

function clip(text: string, most = 140): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}
