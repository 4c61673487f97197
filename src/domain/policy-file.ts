import { readFileSync, statSync, type BigIntStats } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';

/** A JSON file of the operator. */
export interface PolicyFile<Content> {
  /** The content; a changed file is read again within a second. */
  readonly read: () => Promise<Content>;
}

export interface PolicyFileObserver<Content> {
  /** The file has changed, and its content is in force. */
  readonly onReload: (content: Content) => void;
  /** The file has changed and cannot be used. */
  readonly onInvalid: (reason: string) => void;
}

const POLL_MS = 1_000;

const versionOf = ({ mtimeNs, ctimeNs, size, ino }: BigIntStats): string => `${mtimeNs} ${ctimeNs} ${size} ${ino}`;

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('is not JSON');
  }
};

/**
 * Reads a JSON file; after an unusable change the previous content stays in force.
 * @param parse throws an Error for unusable content
 * @throws Error for an unusable file at start
 */
export function openPolicyFile<Content>(
  file: string,
  parse: (content: unknown) => Content,
  { onReload, onInvalid }: PolicyFileObserver<Content>,
  now: () => number = () => performance.now(),
): PolicyFile<Content> {
  let version = versionOf(statSync(file, { bigint: true }));
  let content = parse(parseJson(readFileSync(file, 'utf8')));
  let nextPoll = now() + POLL_MS;

  const reloadIfChanged = async (): Promise<void> => {
    const current = await stat(file, { bigint: true }).then(
      versionOf,
      (error: unknown) => (error as NodeJS.ErrnoException).code ?? '',
    );
    if (current === version) return;
    // Set before reading, so that an unusable file is reported once and not every second.
    version = current;
    try {
      content = parse(parseJson(await readFile(file, 'utf8')));
      onReload(content);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      onInvalid(code ?? message);
    }
  };

  return {
    read: async () => {
      if (now() >= nextPoll) {
        nextPoll = now() + POLL_MS;
        await reloadIfChanged();
      }
      return content;
    },
  };
}
