import { readFile, rename, rm, writeFile } from 'node:fs/promises';

/**
 * JSON as the data files have it: two spaces, a line end at the end, and nothing but ASCII, so that files come out the
 * same as those that other tools made.
 */
export const toJsonText = (value: unknown): string =>
  `${JSON.stringify(value, null, 2)}\n`.replaceAll(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const readIfThere = async (path: string): Promise<string | null> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
};

/**
 * Brings a file to a content, all at once: nobody ever sees half of it. A file that has it already is left alone.
 * @param text `null` for a file that is not to be there
 * @returns whether anything was changed
 */
export const updateFile = async (path: string, text: string | null): Promise<boolean> => {
  if ((await readIfThere(path)) === text) return false;
  if (text === null) {
    await rm(path);
    return true;
  }
  // In the same directory, since a rename replaces a file at once only within one file system.
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, text, { mode: 0o644 });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  return true;
};
