import { join } from 'node:path';
import { createAutocannon } from './autocannon.ts';
import type { Bench } from './context.ts';
import type { BenchRequest, LoadSettings } from './load.ts';
import type { Side } from './measure.ts';
import { writePrepared } from './prepared.ts';
import type { RunningServer } from './processes.ts';
import { processSnapshot, untilRest, type Snapshot } from './snapshot.ts';
import type { Implementation, StartSettings } from './stage.ts';

/** An implementation that runs, and can be started again. */
export interface Running {
  readonly implementation: Implementation;
  readonly server: () => RunningServer;
  readonly restart: (settings?: StartSettings) => Promise<void>;
}

/** Starts an implementation. */
export async function startImplementation(implementation: Implementation, given?: StartSettings): Promise<Running> {
  let settings = given;
  let server = await implementation.start(settings);
  return {
    implementation,
    server: () => server,
    restart: async (changed = settings) => {
      settings = changed;
      await server.stop();
      server = await implementation.start(settings);
    },
  };
}

/** Milliseconds without work after which a server is at rest. */
const QUIET = { reads: 500, writes: 4_000 } as const;

/** Writes a file of prepared requests, and returns its path. */
export async function prepare({ stage }: Bench, name: string, requests: readonly BenchRequest[]): Promise<string> {
  const file = join(stage.directory, `${name}.requests`);
  await writePrepared(file, requests);
  return file;
}

const inRotation = (): null => null;

/** Ever other requests of a file: as many parts as there are loads. The last request is in none of them. */
export function inParts(requests: number, loads: number): () => LoadSettings['once'] {
  const size = Math.floor((requests - 1) / loads);
  let part = 0;
  return () => {
    const from = part * size;
    part += 1;
    return { from, to: from + size };
  };
}

/** The bare server, as the reference of a row. */
export function bareSide(server: RunningServer, file: string): Side {
  const count = (): Promise<Snapshot> => Promise.resolve(processSnapshot(server.pid));
  return {
    ...{ name: 'bare', origin: () => server.origin, file, next: inRotation, ready: () => Promise.resolve() },
    ...{ count, rest: count },
    recover: () => Promise.resolve(),
  };
}

const sendOnce = createAutocannon();

/** Connections of a load that sends every request once. */
const PRIMING = 32;

/**
 * Sends every request once, so that what is read for the first time is not part of what is measured; after that, and for other
 * rows, the last request alone: that its response is 2xx and no redirection, which wrk does not count.
 */
const priming = (file: string, requests: number, primed: boolean, origin: () => string): Side['ready'] => {
  let all = primed;
  return async (counter, signal) => {
    const once = { from: all ? 0 : requests - 1, to: requests };
    all = false;
    const connections = Math.min(PRIMING, once.to - once.from);
    await sendOnce(origin(), { file, counter, once, connections, seconds: 0 }, signal);
  };
};

interface SideSettings {
  readonly file: string;
  /** Number of requests in the file. */
  readonly requests: number;
  /** Whether all of them are sent once before the row is measured. */
  readonly primed: boolean;
  readonly writes: boolean;
  /** Seconds for which the first poll of composes is awaited. */
  readonly follow: number;
  readonly next?: Side['next'];
}

/** An implementation as a side of a row. */
export function sideOf(
  { implementation, server, restart }: Running,
  { file, requests, primed, writes, follow, next = inRotation }: SideSettings,
  signal: AbortSignal,
): Side {
  const quiet = writes ? QUIET.writes : QUIET.reads;
  let patience = follow * 1_000;
  const origin = (): string => server().origin;
  const count = (): Promise<Snapshot> => implementation.snapshot(server().pid);
  return {
    ...{ name: implementation.name, origin, file, next, ready: priming(file, requests, primed, origin) },
    count,
    rest: async () => {
      const start = await untilRest(count, { quiet, follow: patience }, signal);
      // An implementation that polls none of them does not follow composes at all.
      if (start.unread > 0) patience = 0;
      return start;
    },
    recover: () => restart(),
  };
}
