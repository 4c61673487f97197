import { CliError } from './failures.ts';

/** Rows with aligned columns. */
export function columns(rows: readonly (readonly (string | number | undefined)[])[]): string[] {
  const texts = rows.map((row) => row.map((cell) => String(cell ?? '')));
  const widths: number[] = [];
  for (const row of texts)
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length);
  return texts.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** Milliseconds of `90s`, `30m` or `2h`. @throws CliError */
export function durationOf(text: string): number {
  const [, amount, unit = ''] = /^(\d+)([smh])$/.exec(text) ?? [];
  const factor = UNITS[unit];
  if (amount === undefined || factor === undefined) throw new CliError(`${text} is no time: write 90s, 30m or 2h`);
  return Number(amount) * factor;
}

/** Adds a value to those of an option that can be repeated. */
export function collect(value: string, values: readonly string[] = []): readonly string[] {
  return [...values, value];
}

/** The first entries of a list. */
export async function take<Item>(list: AsyncIterable<Item>, most = Infinity): Promise<Item[]> {
  const items: Item[] = [];
  if (most <= 0) return items;
  for await (const item of list) {
    items.push(item);
    if (items.length >= most) break;
  }
  return items;
}
