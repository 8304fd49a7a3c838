const ltr = String.raw`[^\s\u0590-\u08ff\ufb1d-\ufefc]`;
const ledByMark = new RegExp(
  String.raw`(?<=^|\s)(?<marks>[.,:;!?…]{1,3})(?<run>(?=[\p{L}\p{N}(])${ltr}+(?: ${ltr}+)*)`,
  'gu',
);

const mirrors: Readonly<Record<string, string>> = {
  ...{ '(': ')', ')': '(', '[': ']', ']': '[' },
};

/**
 * Sets right what stands in a line from right to left as it is seen: the mark left of a number ends
 * it, ".30" is "30.", and brackets that all open the wrong way are seen from behind.
 */
export function asRead(line: string): string {
  const text = line.replace(ledByMark, '$<run>$<marks>');
  // A label such as "a)" opens nothing.
  if (isBalanced(text) || /^[^\s()]{1,3}\)/.test(text)) return text;
  const turned = text.replace(/[()[\]]/g, each => mirrors[each]!);
  return isBalanced(turned) ? turned : text;
}

function isBalanced(text: string): boolean {
  const open: string[] = [];
  for (const each of text.match(/[()[\]]/g) ?? [])
    if (each === '(' || each === '[') open.push(each);
    else if (open.pop() !== mirrors[each]) return false;
  return open.length === 0;
}
