import { readFileSync } from 'node:fs';

/**
 * Reads the rows of the table in a section of a Markdown file, without its header: of each cell the texts in backticks.
 * @param heading of the section, with its number signs
 * @throws when the section has no such row
 */
export function readTable(file: string | URL, heading: string): readonly (readonly (readonly string[])[])[] {
  const level = heading.slice(0, heading.indexOf(' ') + 1);
  const [, rest = ''] = readFileSync(file, 'utf8').split(`${heading}\n`);
  const [section = ''] = rest.split(`\n${level}`);
  const rows = section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text)),
    );
  if (rows.length === 0) throw new Error(`${String(file)}: the table below "${heading}" cannot be read`);
  return rows;
}
