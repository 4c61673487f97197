import { MultiBar, type SingleBar } from 'cli-progress';

/** A task whose progress is displayed. */
export interface WatchedTask {
  /** @param total `null` where it is unknown */
  readonly update: (doing: string, done: number, total: number | null) => void;
  readonly finish: () => void;
}

/** The output of a command. */
export interface Progress extends Disposable {
  readonly start: (name: string) => WatchedTask;
  /** Prints a permanent line. */
  readonly say: (line: string) => void;
}

/** Prints lines and nothing else, for logs. */
export function plainProgress(print: (line: string) => void): Progress {
  return {
    start: () => ({ update: () => {}, finish: () => {} }),
    say: print,
    [Symbol.dispose]: () => {},
  };
}

const barProgress = (output: NodeJS.WriteStream): Progress => {
  const bars = new MultiBar({
    format: '{bar} {percentage}% {name} {doing}',
    stream: output,
    hideCursor: true,
    clearOnComplete: true,
    fps: 5,
    barsize: 20,
    barCompleteChar: '#',
    barIncompleteChar: '-',
    // Its own SIGINT handler only removes the bars, and does not end the process.
    gracefulExit: false,
  });
  const end = (signal: NodeJS.Signals): void => {
    bars.stop();
    process.removeListener('SIGINT', end).removeListener('SIGTERM', end);
    process.kill(process.pid, signal);
  };
  process.once('SIGINT', end).once('SIGTERM', end);
  return {
    start: (name) => {
      const bar: SingleBar = bars.create(1, 0, { name, doing: '' });
      return {
        update: (doing, done, total) => {
          bar.setTotal(Math.max(total ?? done, 1));
          bar.update(total === null ? 0 : done, { doing });
        },
        finish: () => void bars.remove(bar),
      };
    },
    say: (line) => {
      bars.log(`${line}\n`);
      bars.update();
    },
    [Symbol.dispose]: () => {
      process.removeListener('SIGINT', end).removeListener('SIGTERM', end);
      bars.update();
      bars.stop();
    },
  };
};

/** Bars on a terminal, lines elsewhere. */
export function createProgress(output: NodeJS.WriteStream): Progress {
  return output.isTTY ? barProgress(output) : plainProgress((line) => void output.write(`${line}\n`));
}
