import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A directory of one test's own, gone after it. */
export interface TemporaryDirectory extends Disposable {
  readonly path: string;
  /** Path of a file in it. */
  readonly file: (name: string) => string;
  /** Writes a file, and the directories above it. What is not text is written as JSON. */
  readonly write: (name: string, content: unknown) => void;
  readonly read: (name: string) => string;
  /** Makes a symbolic link. */
  readonly link: (name: string, target: string) => void;
}

/** @param files by their paths in the directory */
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
