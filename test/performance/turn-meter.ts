// Processor time of the longest turn of the event loop. Unlike the delay of the loop it does not grow with the load of the machine.

export interface TurnMeter extends Disposable {
  /** Milliseconds of the longest turn since the last call; a millisecond or two too much. */
  readonly take: () => number;
}

const cpuMilliseconds = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

/** Measures until it is disposed. */
export const startTurnMeter = (): TurnMeter => {
  let longest = 0;
  let before = cpuMilliseconds();
  const sample = (): void => {
    const now = cpuMilliseconds();
    longest = Math.max(longest, now - before);
    before = now;
  };
  const timer = setInterval(sample, 1);
  return {
    take: () => {
      sample();
      const taken = longest;
      longest = 0;
      return taken;
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
};

/** Milliseconds of `computation` on the machine that the limits of this folder are for. */
const REFERENCE = 20;

const computation = (): void => {
  const items = Array.from({ length: 20_000 }, (_, index) => ({ name: `item ${index}`, text: 'x'.repeat(80) }));
  let text = JSON.stringify(items);
  for (let round = 0; round < 2; round += 1) text = JSON.stringify(JSON.parse(text));
};

/** How much slower this machine is at the moment, at least 1. */
export const slowness = (): number => {
  const times = Array.from({ length: 5 }, () => {
    const started = cpuMilliseconds();
    computation();
    return cpuMilliseconds() - started;
  });
  return Math.max(1, Math.min(...times) / REFERENCE);
};
