import { Counter, Registry } from 'prom-client';
import { pageOf, type Metrics } from '../metrics.ts';
import type { LogSinks } from './index.ts';

/** Adds the number of dropped lines per sink to the metrics page. */
export function withDroppedLines(metrics: Metrics, sinks: Pick<LogSinks, 'names' | 'dropped'>): Metrics {
  if (sinks.names.length === 0) return metrics;
  // A registry of its own: sinks exist before the metrics do.
  const register = new Registry();
  new Counter({
    name: 'imagebuilder_log_lines_dropped_total',
    help: 'Log lines that were not delivered to a sink',
    labelNames: ['sink'],
    registers: [register],
    collect() {
      this.reset();
      for (const sink of sinks.names) this.inc({ sink }, sinks.dropped.get(sink) ?? 0);
    },
  });
  const registers = [...metrics.registers, register];
  return { ...metrics, registers, page: () => pageOf(registers) };
}
