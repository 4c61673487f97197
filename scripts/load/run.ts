import { setTimeout as wait } from 'node:timers/promises';
import type { Arrival, MixEntry, Subjects } from './mix.ts';
import type { Sample } from './objectives.ts';
import type { Reply, Sender } from './requests.ts';

export interface LoadRun {
  readonly samples: readonly Sample[];
  /** The longest delay of a request in milliseconds after it was due: the error that this machine adds. */
  readonly late: number;
}

/** The address is no Image Builder API, or it refuses the identity. */
export class TargetError extends Error {
  override readonly name = 'TargetError';
}

const PREFERRED_DISTRIBUTION = 'centos-9';

/** Items of a list; none where the service fails, which the load measures anyway. */
const listOf = async ({ send }: Sender, path: string): Promise<readonly Readonly<Record<string, unknown>>[]> => {
  const reply = await send('GET', path);
  if ('failure' in reply) throw new TargetError(`GET ${path}: no response (${reply.failure})`);
  if (reply.status >= 500) return [];
  if (reply.status !== 200) throw new TargetError(`GET ${path}: responded with ${reply.status}`);
  try {
    const body = JSON.parse(reply.text) as { data?: unknown } | unknown[] | null;
    const items = Array.isArray(body) ? body : body?.data;
    if (Array.isArray(items)) return items as Readonly<Record<string, unknown>>[];
  } catch {
    // Reported below.
  }
  throw new TargetError(`GET ${path}: the response is no list`);
};

/**
 * Reads the ids and names that the load requests.
 * @throws TargetError when the address is not the API's, cannot be reached, or refuses the identity
 */
export async function findSubjects(sender: Sender): Promise<Subjects> {
  const distributions = (await listOf(sender, '/distributions')).map(({ name }) => String(name));
  const ids = async (path: string): Promise<string[]> => (await listOf(sender, path)).map(({ id }) => String(id));
  return {
    distribution: distributions.includes(PREFERRED_DISTRIBUTION)
      ? PREFERRED_DISTRIBUTION
      : (distributions[0] ?? PREFERRED_DISTRIBUTION),
    composes: (await ids('/composes?limit=1')).slice(0, 1),
    blueprints: await ids('/blueprints?limit=1'),
  };
}

const idIn = (reply: Reply): string | null => {
  if ('failure' in reply || reply.status !== 201) return null;
  return /"id"\s*:\s*"([0-9a-f-]{36})"/.exec(reply.text)?.[1] ?? null;
};

/** Requests of the mix that have a target, and the names of the requests without one. */
export function possibleEntries(
  mix: readonly MixEntry[],
  subjects: Subjects,
): { readonly entries: readonly MixEntry[]; readonly leftOut: readonly string[] } {
  const isPossible = ({ path }: MixEntry): boolean => path(subjects) !== null;
  return {
    entries: mix.filter(isPossible),
    leftOut: mix.filter((entry) => !isPossible(entry)).map(({ name }) => name),
  };
}

/**
 * Sends every request when it is due, independent of earlier responses: a slow service gets the same load. Resolves when all
 * responses arrived, or at once when the signal is aborted.
 */
export async function runLoad(
  sender: Sender,
  arrivals: readonly Arrival[],
  subjects: Subjects,
  signal: AbortSignal,
): Promise<LoadRun> {
  const started = performance.now();
  const elapsed = (): number => performance.now() - started;
  const samples: Sample[] = [];
  let late = 0;
  const send = async ({ method, name, kind, path, body }: MixEntry): Promise<void> => {
    const at = elapsed();
    const reply = await sender.send(method, path(subjects) ?? '/', body?.(subjects));
    samples.push({
      ...{ kind, name, at, duration: elapsed() - at },
      outcome: 'failure' in reply ? reply.failure : reply.status,
    });
    const id = kind === 'build' ? idIn(reply) : null;
    if (id !== null) subjects.composes.push(id);
  };
  const sent: Promise<void>[] = [];
  for (const { at, entry } of arrivals) {
    const early = at - elapsed();
    if (early > 0) await wait(early, undefined, { signal });
    signal.throwIfAborted();
    late = Math.max(late, elapsed() - at);
    sent.push(send(entry));
  }
  await Promise.all(sent);
  return { samples, late };
}
