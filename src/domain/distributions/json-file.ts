import { readFileSync } from 'node:fs';

/** Reads a JSON file. @throws Error naming the file */
export function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`${file}: cannot be read`, { cause: error });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file}: is not JSON: ${(error as Error).message}`, { cause: error });
  }
}
