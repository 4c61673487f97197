/** A ratio with the digits that are worth reading. */
export const ratioText = (ratio: number): string => String(Number(ratio.toPrecision(3)));

export function rateText(perSecond: number): string {
  return perSecond >= 100 ? Math.round(perSecond).toLocaleString('en-US') : perSecond.toFixed(1);
}

export const millisecondsText = (value: number): string => (value >= 10 ? value.toFixed(0) : value.toFixed(1));

export const microsecondsText = (value: number | null): string => (value === null ? '-' : value.toFixed(0));

/** A count of something per request. */
export const countText = (value: number | null): string => (value === null ? '-' : String(Number(value.toFixed(1))));

export function bytesText(value: number | null): string {
  return value === null ? '-' : Math.round(value).toLocaleString('en-US');
}

/** A part of one processor. */
export function percentText(part: number | null): string {
  return part === null ? '-' : `${Number((part * 100).toFixed(1))}%`;
}

export const megabytesText = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(0)} MB`;

/** A change as percent with its sign. */
export function changeText(part: number | null): string {
  if (part === null) return '-';
  const percent = Math.round(part * 100);
  return percent > 0 ? `+${percent}%` : `${percent}%`;
}

export interface Column {
  readonly title: string;
  readonly align?: 'right';
}

const line = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

/** A markdown table. @throws Error for a row that has not one cell for each column */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const odd = rows.find((row) => row.length !== columns.length);
  if (odd) throw new Error(`a row of ${odd.length} cells in a table of ${columns.length} columns: ${odd.join(', ')}`);
  return [
    line(columns.map(({ title }) => title)),
    line(columns.map(({ align }) => (align === 'right' ? '--:' : '---'))),
    ...rows.map(line),
    '',
  ].join('\n');
}
