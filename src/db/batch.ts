import { currentPlace, inLeaf, inSpan, tracing, type TracePlace } from '../lib/tracing.ts';
import { isRejectedByServer } from './unavailable-reason.ts';

export interface BatchOptions<Call> {
  /** Calls in a batch at most. */
  readonly most: number;
  /** Batches that run at the same time. */
  readonly inFlight: number;
  /**
   * Size of a call; a batch has `mostSize` at most. A larger call runs alone, beside the `inFlight` batches: calls of other
   * organizations do not wait for it.
   */
  readonly sizeOf?: (call: Call) => number;
  readonly mostSize?: number;
}

/**
 * Batches concurrent calls (group commit): calls of one turn of the event loop share a batch, and calls that arrive while `inFlight`
 * batches run wait for the next batch. When the server rejects a batch, each of its calls is repeated alone.
 * @param run executes a batch; returns a result for each call, in order
 */
export function batch<Call, Result>(
  run: (calls: readonly Call[]) => Promise<readonly Result[]>,
  { most, inFlight, sizeOf = () => 0, mostSize = Infinity }: BatchOptions<Call>,
): (call: Call) => Promise<Result> {
  interface Waiting {
    readonly call: Call;
    readonly place: TracePlace | null;
    readonly resolve: (result: Result) => void;
    readonly reject: (reason: unknown) => void;
  }
  const waiting: Waiting[] = [];
  let running = 0;
  let isScheduled = false;

  const takeNext = (): Waiting[] => {
    let size = 0;
    const end = waiting.findIndex(({ call }, index) => {
      size += sizeOf(call);
      return index > 0 && (index >= most || size > mostSize);
    });
    return waiting.splice(0, end < 0 ? waiting.length : end);
  };

  const isLarge = ({ call }: Waiting): boolean => sizeOf(call) > mostSize;

  /** Takes a large call, which waits for no other. */
  const takeLarge = (): Waiting[] => {
    const at = waiting.findIndex(isLarge);
    return at < 0 ? [] : waiting.splice(at, 1);
  };

  /** The statement belongs to the trace of the first call, and names those of the others. */
  const runTraced = (taken: readonly Waiting[], calls: readonly Call[]): Promise<readonly Result[]> => {
    const [parent, ...causes] = taken.map(({ place }) => place);
    return inSpan('batch', { parent: parent ?? null, causes, attributes: { 'batch.size': taken.length } }, () =>
      run(calls),
    );
  };

  const settle = async (taken: readonly Waiting[]): Promise<void> => {
    try {
      const calls = taken.map(({ call }) => call);
      const results = await (tracing.on ? runTraced(taken, calls) : run(calls));
      for (const [index, { resolve }] of taken.entries()) resolve(results[index] as Result);
    } catch (error) {
      if (taken.length > 1 && isRejectedByServer(error)) for (const one of taken) await settle([one]);
      else for (const { reject } of taken) reject(error);
    }
  };

  const start = (): void => {
    isScheduled = false;
    for (;;) {
      const taken = running < inFlight ? takeNext() : takeLarge();
      const [first] = taken;
      if (first === undefined) return;
      const counted = isLarge(first) ? 0 : 1;
      running += counted;
      void settle(taken).finally(() => {
        running -= counted;
        start();
      });
    }
  };

  const enqueue = (call: Call): Promise<Result> =>
    new Promise((resolve, reject) => {
      const added = { call, place: tracing.on ? currentPlace() : null, resolve, reject };
      waiting.push(added);
      if (isScheduled || (running >= inFlight && !isLarge(added))) return;
      isScheduled = true;
      // After all requests that have arrived are read.
      setImmediate(start);
    });
  return (call) => (tracing.on ? inLeaf('wait for a batch', () => enqueue(call)) : enqueue(call));
}
