import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A directory of one test, deleted after it. */
export interface TemporaryDirectory extends Disposable {
  readonly path: string;
  /** The path of a file in the directory. */
  readonly file: (name: string) => string;
  /** Writes a file and its parent directories. Values other than strings are written as JSON. */
  readonly write: (name: string, content: unknown) => void;
  readonly read: (name: string) => string;
  readonly link: (name: string, target: string) => void;
}

/** @param files contents by path */
export function createDirectory(files: Readonly<Record<string, unknown>> = {}): TemporaryDirectory {
  const path = mkdtempSync(join(tmpdir(), 'image-builder-test-'));
  const file = (name: string) => join(path, name);
  const write = (name: string, content: unknown): void => {
    mkdirSync(dirname(file(name)), { recursive: true });
    writeFileSync(file(name), typeof content === 'string' ? content : JSON.stringify(content));
  };
  for (const [name, content] of Object.entries(files)) write(name, content);
  return {
    ...{ path, file, write },
    read: (name) => readFileSync(file(name), 'utf8'),
    link: (name, target) => symlinkSync(target, file(name)),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}
