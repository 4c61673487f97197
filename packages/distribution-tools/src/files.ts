import { readFile, rename, rm, writeFile } from 'node:fs/promises';

const ascii = (json: string): string =>
  json.replaceAll(/[\u007f-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/**
 * JSON as the data files have it: two spaces, a line end at the end, and nothing but ASCII, so that files come out the
 * same as those that other tools made.
 */
export function toJsonText(value: unknown): string {
  // Lists are large: made item by item, their text is in memory once, and one byte for each character.
  if (!Array.isArray(value) || value.length === 0) return `${ascii(JSON.stringify(value, null, 2))}\n`;
  const items = value.map((item: unknown) => `  ${ascii(JSON.stringify(item, null, 2)).replaceAll('\n', '\n  ')}`);
  return `[\n${items.join(',\n')}\n]\n`;
}

const readIfThere = async (path: string): Promise<Buffer | null> => {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
};

/**
 * Replaces the content of a file atomically: readers see the old or the new content. An unchanged file is not written.
 * @param text `null` for a file that is not to be there
 * @returns whether anything was changed
 */
export async function updateFile(path: string, text: string | null): Promise<boolean> {
  const before = await readIfThere(path);
  if (text === null) {
    if (before !== null) await rm(path);
    return before !== null;
  }
  const data = Buffer.from(text);
  if (before?.equals(data)) return false;
  // In the same directory, since a rename replaces a file at once only within one file system.
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, data, { mode: 0o644 });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  return true;
}
