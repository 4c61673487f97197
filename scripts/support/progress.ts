import { styleText } from 'node:util';

/** A line on a terminal that is replaced as work is done. */
export interface Progress {
  /** Weighs the files of a part that is done. */
  readonly done: (files: number) => void;
  /** Removes the line, before other output. */
  readonly clear: () => void;
}

interface ProgressStream {
  readonly isTTY?: boolean;
  readonly write: (text: string) => unknown;
}

const CLEAR = '\r\u001b[K';

const timeOf = (milliseconds: number): string => {
  const seconds = Math.ceil(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
};

/**
 * Shows how many parts are done and how long the rest takes, by the files that are done. Without a terminal it writes nothing.
 * @param now milliseconds of a clock that never goes back
 */
export function showProgress(
  what: string,
  parts: number,
  files: number,
  stream: ProgressStream = process.stderr,
  now: () => number = () => performance.now(),
): Progress {
  const start = now();
  const isShown = stream.isTTY === true;
  let doneParts = 0;
  let doneFiles = 0;
  return {
    done: (more) => {
      doneParts += 1;
      doneFiles += more;
      if (!isShown || doneFiles >= files) return;
      const left = ((now() - start) / doneFiles) * (files - doneFiles);
      stream.write(CLEAR + styleText('dim', `${doneParts} of ${parts} ${what}, about ${timeOf(left)} left`));
    },
    clear: () => void (isShown && stream.write(CLEAR)),
  };
}
