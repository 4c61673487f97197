import { methodLabel, statusClass, type Metrics } from '../metrics.ts';
import type { CountedSeries, TimedSeries } from '../counted-series.ts';
import type { CompiledOperation } from './compiled-operation.ts';

type RequestMetrics = Pick<Metrics, 'requestCount' | 'requestDuration' | 'operationDuration'>;

/** Labels of an operation's requests below one of the prefixes. */
interface OperationLabels {
  readonly operation: string;
  readonly method: string;
  /** Path of the counter, and of the histogram, with the prefix. */
  readonly countedPath: string;
  readonly timedPath: string;
}

/** Counts the requests of one operation below one prefix. */
class OperationMeter {
  readonly #metrics: RequestMetrics;
  readonly #labels: OperationLabels;
  readonly #validated: TimedSeries[] = [];
  readonly #byStatus: { readonly count: CountedSeries; readonly duration: TimedSeries }[] = [];

  constructor(metrics: RequestMetrics, labels: OperationLabels) {
    this.#metrics = metrics;
    this.#labels = labels;
  }

  #seriesOf(status: number): { readonly count: CountedSeries; readonly duration: TimedSeries } {
    const { operation, method, countedPath } = this.#labels;
    return (this.#byStatus[status] ??= {
      count: this.#metrics.requestCount({ method, path: countedPath, code: String(status) }),
      duration: this.#metrics.operationDuration({ operation, status: statusClass(status) }),
    });
  }

  /** Counts a request that was answered. @param validated whether it fitted the contract */
  answered(status: number, seconds: number, validated: boolean): void {
    const { count, duration } = this.#byStatus[status] ?? this.#seriesOf(status);
    count.inc();
    duration.observe(seconds);
    if (!validated) return;
    this.#validated[0] ??= this.#metrics.requestDuration({ path: this.#labels.timedPath });
    this.#validated[0].observe(seconds);
  }
}

/** What is known of a request that was answered. */
export interface AnsweredRequest {
  readonly operation: CompiledOperation | null;
  readonly method: string | undefined;
  /** The prefix it is counted as. */
  readonly prefix: string;
  /** What it is counted as where it has no operation. */
  readonly countedPath: string;
  readonly validated: boolean;
  /** When it began, in milliseconds of `performance.now()`. */
  readonly started: number;
}

/** Counts and times every request below the API prefixes. */
export const createRequestMeter = (metrics: RequestMetrics): ((request: AnsweredRequest, status: number) => void) => {
  const meters = new Map<CompiledOperation, Map<string, OperationMeter>>();

  const meterOf = (operation: CompiledOperation, prefix: string): OperationMeter => {
    let byPrefix = meters.get(operation);
    if (!byPrefix) meters.set(operation, (byPrefix = new Map()));
    let meter = byPrefix.get(prefix);
    if (!meter) {
      const { id, method } = operation;
      const labels = { countedPath: prefix + operation.countedPath, timedPath: prefix + operation.timedPath };
      byPrefix.set(prefix, (meter = new OperationMeter(metrics, { operation: id, method, ...labels })));
    }
    return meter;
  };

  return ({ operation, method, prefix, countedPath, validated, started }, status) => {
    if (operation === null) {
      metrics.requestCount({ method: methodLabel(method ?? ''), path: countedPath, code: String(status) }).inc();
    } else meterOf(operation, prefix).answered(status, (performance.now() - started) / 1000, validated);
  };
};
