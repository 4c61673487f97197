/**
 * A text without what it ends with of one character. The expression that comes to mind looks at every such character from each
 * one before it: a text that has a million of them in its middle would keep the process busy for hours.
 */
export function trimEnd(text: string, character: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === character) end -= 1;
  return text.slice(0, end);
}
