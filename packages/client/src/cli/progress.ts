import { SingleBar } from 'cli-progress';
import type { ComposeStatus } from '../wait-for-compose.ts';
import type { Io } from './io.ts';

/** A bar on the terminal, or lines where there is none. */
export interface Progress {
  readonly update: (part: number, text: string) => void;
  readonly stop: () => void;
}

const UNITS = 1_000;

/** @param label what is in progress */
export function startProgress({ terminal, err }: Pick<Io, 'terminal' | 'err'>, label: string): Progress {
  if (terminal === null) {
    let last = '';
    return {
      update: (_part, text) => {
        if (text === last) return;
        last = text;
        err(`${label}: ${text}\n`);
      },
      stop: () => {},
    };
  }
  const bar = new SingleBar({
    format: `${label} [{bar}] {percentage}% {text}`,
    stream: terminal,
    hideCursor: true,
    clearOnComplete: false,
  });
  bar.start(UNITS, 0, { text: '' });
  return {
    update: (part, text) => bar.update(Math.floor(part * UNITS), { text }),
    stop: () => bar.stop(),
  };
}

/** How much of a build is done, from 0 to 1. */
export function partOf({ image_status: { status, progress } }: ComposeStatus): number {
  if (status === 'success') return 1;
  if (!progress || progress.total === 0) return 0;
  const { done, total, subprogress } = progress;
  const step = subprogress && subprogress.total > 0 ? subprogress.done / subprogress.total : 0;
  return Math.min(1, (done + step) / total);
}
