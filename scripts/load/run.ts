import { setTimeout as wait } from 'node:timers/promises';
import type { Arrival, MixEntry, Subjects } from './mix.ts';
import type { Sample } from './objectives.ts';
import type { Reply, Sender } from './requests.ts';

export interface LoadRun {
  readonly samples: readonly Sample[];
  /** The longest time in milliseconds that a request was sent later than it was due: this machine's part in what was measured. */
  readonly late: number;
}

/** What can be asked for at an address. Why it cannot be: it is no API of ours, or does not let us in. */
export class TargetError extends Error {
  override readonly name = 'TargetError';
}

const PREFERRED_DISTRIBUTION = 'centos-9';

/** Items of a list; none where the service fails, which the load itself will show. */
const listOf = async ({ send }: Sender, path: string): Promise<readonly Readonly<Record<string, unknown>>[]> => {
  const reply = await send('GET', path);
  if ('failure' in reply) throw new TargetError(`GET ${path}: no answer (${reply.failure})`);
  if (reply.status >= 500) return [];
  if (reply.status !== 200) throw new TargetError(`GET ${path}: was answered ${reply.status}`);
  try {
    const body = JSON.parse(reply.text) as { data?: unknown } | unknown[] | null;
    const items = Array.isArray(body) ? body : body?.data;
    if (Array.isArray(items)) return items as Readonly<Record<string, unknown>>[];
  } catch {
    // Told below.
  }
  throw new TargetError(`GET ${path}: the answer is no list`);
};

/**
 * Looks what there is to ask for.
 * @throws TargetError when the address is not the API's, cannot be reached, or refuses us
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

/** Entries that there is something to ask for, and the names of the others. */
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
 * Sends every request when it is due, however long others take: a service that gets slower does not get less to do. Ends when all
 * are answered, or at once when the signal comes.
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
