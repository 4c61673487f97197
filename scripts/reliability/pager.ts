// Breaks one thing after the other on a running service, and measures how long it takes until a real Prometheus has the right alert.
import { setTimeout as wait } from 'node:timers/promises';
import { statusOf } from './http.ts';
import { createChecks, type Outcome } from './outcome.ts';
import { FAULTS, type Fault } from './pager-faults.ts';
import { setScene, type Scene } from './pager-scene.ts';
import { startPrometheus, type FiringAlert, type Prometheus } from './prometheus.ts';

export interface PagerOptions {
  /** Names of alerts, or parts of them; all for none. */
  readonly only: readonly string[];
  /** Faults that are tried at the same time, each with a service of its own. */
  readonly atOnce: number;
}

/** Seconds within which the right alert has to fire. */
const IN_TIME = 120;

/** Seconds for which the trial waits for it, and for the service to work again. */
const PATIENCE = { alert: 240, recovery: 120 };

/** Milliseconds between two requests of a client, and between two readiness probes. */
const PAUSE = 500;
const PROBE_PAUSE = 10_000;

interface Finding {
  readonly fault: Fault;
  /** Seconds; `null` when the alert did not fire. */
  readonly seconds: number | null;
  readonly others: readonly string[];
  readonly events: readonly string[];
  readonly runbook: string;
  /** Seconds until the service worked again. */
  readonly recovery: number | null;
}

const seconds = (since: number): number => Math.round((performance.now() - since) / 100) / 10;

/** Sends the fault's requests, and probes readiness as a cluster does, until it is disposed of. */
const startTraffic = (fault: Fault, { replica: { client } }: Scene): AsyncDisposable => {
  const ending = new AbortController();
  const { signal } = ending;
  let number = 0;
  const repeat = async (pause: number, work: () => Promise<unknown>): Promise<void> => {
    while (!signal.aborted) {
      await work();
      await wait(pause, undefined, { signal }).catch(() => {});
    }
  };
  const running = [
    repeat(PROBE_PAUSE, () => client.read('/ready')),
    ...Array.from({ length: fault.clients ?? 1 }, () => repeat(PAUSE, () => client.send(fault.traffic((number += 1))))),
  ];
  return {
    [Symbol.asyncDispose]: async () => {
      ending.abort();
      await Promise.all(running);
    },
  };
};

/** Waits for the alert. Returns when it fired, and which others fired before. */
const awaitAlert = async (fault: Fault, namespace: string, prometheus: Prometheus) => {
  const begun = performance.now();
  const others = new Set<string>();
  for (;;) {
    const firing = (await prometheus.firing()).filter((alert) => alert.namespace === namespace);
    const right = firing.find(({ name }) => name === fault.alert);
    if (right) return { right, seconds: seconds(begun), others };
    for (const { name } of firing) others.add(name);
    if (seconds(begun) > PATIENCE.alert) return { right: null, seconds: null, others };
    await wait(500);
  }
};

const awaitRecovery = async (fault: Fault, scene: Scene, begun: number): Promise<number | null> => {
  const isWell = async (): Promise<boolean> => {
    if (fault.isWell) return await fault.isWell(scene);
    const status = statusOf(await scene.replica.client.send(fault.traffic(0)));
    return typeof status === 'number' && status < 400;
  };
  while (!(await isWell())) {
    if (seconds(begun) > PATIENCE.recovery) return null;
    await wait(250);
  }
  return seconds(begun);
};

const anchorOf = (alert: FiringAlert | null): string => alert?.runbook.split('#')[1] ?? '';

const tryFault = async (fault: Fault, prometheus: Prometheus): Promise<Finding> => {
  await using stack = new AsyncDisposableStack();
  const scene = await setScene(stack, fault.env ?? (() => ({})));
  const namespace = fault.alert.toLowerCase();
  await fault.prepare?.(scene);
  await prometheus.scrape(namespace, scene.replica.origin);
  while (!(await prometheus.hasBaseline(namespace))) await wait(500);
  if ((await awaitRecovery(fault, scene, performance.now())) === null)
    throw new Error('it does not work before the fault');

  const traffic = startTraffic(fault, scene);
  const before = scene.replica.complaints.length;
  const repair = await fault.break(scene);
  const found = await awaitAlert(fault, namespace, prometheus);
  const events = scene.replica.complaints.slice(before).map(({ event }) => String(event));
  await repair();
  const repairedAt = performance.now();
  const recovery = await awaitRecovery(fault, scene, repairedAt);
  await traffic[Symbol.asyncDispose]();
  return {
    ...{ fault, recovery, seconds: found.seconds, runbook: anchorOf(found.right) },
    ...{ others: [...found.others], events: [...new Set(events)].filter((event) => event !== 'undefined') },
  };
};

const describe = ({ fault, seconds: took, others, events, runbook, recovery }: Finding): string =>
  [
    `${took === null ? 'no alert' : `${took} s`} to ${fault.alert}`,
    ...(others.length > 0 ? [`before it: ${others.join(', ')}`] : []),
    `log: ${events.join(', ') || 'nothing'}`,
    `runbook: #${runbook}, ${fault.remedy}`,
    `works again after ${recovery ?? 'more than 120'} s`,
  ].join('; ');

/** Breaks everything that has an alert. Skipped, and reported as such, where Prometheus is not installed. */
export async function runPager(options: PagerOptions, report: (line: string) => void = () => {}): Promise<Outcome> {
  await using prometheus = await startPrometheus();
  if (prometheus === null) {
    report('SKIPPED: prometheus is not here; PROMETHEUS names the program');
    return { figures: { SKIPPED: 'prometheus is not here' }, violations: [] };
  }
  const { holds, violations } = createChecks();
  const { only, atOnce } = options;
  const chosen = FAULTS.filter(({ alert }) => only.length === 0 || only.some((part) => alert.includes(part)));
  const findings = new Map<Fault, string>();
  const left = [...chosen];
  const work = async (): Promise<void> => {
    for (let fault = left.shift(); fault !== undefined; fault = left.shift()) {
      const { name, alert } = fault;
      try {
        const finding = await tryFault(fault, prometheus);
        findings.set(fault, describe(finding));
        holds((finding.seconds ?? Infinity) <= IN_TIME, `${name}: ${alert} after ${finding.seconds ?? 'no'} s`);
        holds(finding.recovery !== null, `${name}: the service did not work again`);
      } catch (error) {
        findings.set(fault, `failed: ${(error as Error).message}`);
        holds(false, `${name}: ${(error as Error).message}`);
      }
      report(`${name}: ${findings.get(fault)}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return {
    figures: Object.fromEntries(chosen.map((fault) => [fault.name, findings.get(fault) ?? ''])),
    violations,
  };
}
