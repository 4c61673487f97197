import { Gauge, type Registry } from 'prom-client';

/** Files of policies: quotas, rate limits, storage limits, the allow list. */
export interface PolicyFileMetrics {
  /** Reports a file by the variable that names it. @param isInvalid read when the metrics page is rendered */
  readonly watch: (variable: string, isInvalid: () => boolean) => void;
}

export function createPolicyFileMetrics(registers: Registry[]): PolicyFileMetrics {
  const files = new Map<string, () => boolean>();
  new Gauge({
    name: 'imagebuilder_policy_file_invalid',
    help: 'Whether a file of policies has changed and cannot be used: 1, or 0',
    labelNames: ['variable'],
    // Processes read the file at different times.
    aggregator: 'max',
    registers,
    collect() {
      for (const [variable, isInvalid] of files) this.set({ variable }, isInvalid() ? 1 : 0);
    },
  });
  return { watch: (variable, isInvalid) => void files.set(variable, isInvalid) };
}
