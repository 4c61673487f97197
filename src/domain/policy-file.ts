import { readFileSync, statSync } from 'node:fs';

/** A JSON file of the operator. */
export interface PolicyFile<Content> {
  /** The content in force. A changed file is read again, at most once in the interval. */
  readonly read: () => Content;
  /** Whether the file has changed and cannot be used, so that the previous content is in force. */
  readonly isInvalid: () => boolean;
}

export interface PolicyFileOptions {
  /** The file has changed, and its content is in force. */
  readonly onReload?: () => void;
  /** The file has changed and cannot be used. */
  readonly onInvalid?: (reason: string) => void;
  /** Milliseconds between two polls of the file. */
  readonly interval?: number;
  readonly now?: () => number;
}

const INTERVAL = 1_000;

const versionOf = (file: string): string => {
  try {
    const { mtimeNs, ctimeNs, size, ino } = statSync(file, { bigint: true });
    return `${mtimeNs} ${ctimeNs} ${size} ${ino}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? '';
  }
};

/** The message of the parser may contain a part of the file, but for the place. */
const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    const [place = ''] = /line \d+ column \d+/.exec((error as Error).message) ?? [];
    throw new Error(place === '' ? 'is not JSON' : `is not JSON (${place})`, { cause: error });
  }
};

const codeOrMessage = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
};

/**
 * Reads a JSON file; after an unusable change the previous content stays in force. Reads are synchronous: a poll takes a few
 * microseconds, against twenty times that through the thread pool.
 * @param parse throws an Error for unusable content
 * @throws Error for an unusable file at start
 */
export function openPolicyFile<Content>(
  file: string,
  parse: (content: unknown) => Content,
  { onReload, onInvalid, interval = INTERVAL, now = () => performance.now() }: PolicyFileOptions = {},
): PolicyFile<Content> {
  const load = (): Content => parse(parseJson(readFileSync(file, 'utf8')));
  let version = versionOf(file);
  let content = load();
  let invalid = false;
  let nextPoll = now() + interval;

  const poll = (): void => {
    const time = now();
    if (time < nextPoll) return;
    nextPoll = time + interval;
    const current = versionOf(file);
    if (current === version) return;
    // Set before reading, so that an unusable file is reported once and not at every poll.
    version = current;
    try {
      content = load();
      invalid = false;
      onReload?.();
    } catch (error) {
      invalid = true;
      onInvalid?.(codeOrMessage(error));
    }
  };

  return {
    read: () => {
      poll();
      return content;
    },
    isInvalid: () => {
      poll();
      return invalid;
    },
  };
}
