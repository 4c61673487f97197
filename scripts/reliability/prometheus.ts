// A real Prometheus with the project's rules, which scrapes processes under a namespace each.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { stringify } from 'yaml';
import { freePort } from '../support/embedded-postgres.ts';

const RULES = join(import.meta.dirname, '../../deploy/prometheus/image-builder.rules.yml');

/** As in deploy/prometheus/scrape.example.yml. */
const SCRAPE_INTERVAL = '30s';

/** An alert of a namespace. */
export interface FiringAlert {
  readonly name: string;
  readonly namespace: string;
  readonly severity: string;
  readonly runbook: string;
}

export interface Prometheus extends AsyncDisposable {
  /** Scrapes a process from now on. @param origin its address */
  readonly scrape: (namespace: string, origin: string) => Promise<void>;
  /** Whether a process has been scraped at least twice. */
  readonly hasBaseline: (namespace: string) => Promise<boolean>;
  readonly firing: () => Promise<readonly FiringAlert[]>;
}

interface ApiAlert {
  readonly state: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

const query = async <Data>(url: string): Promise<Data> => {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`Prometheus responded with ${response.status}`);
  return ((await response.json()) as { data: Data }).data;
};

/**
 * Starts Prometheus.
 * @returns `null` where it is not installed: `PROMETHEUS` names the program, by default `prometheus` of PATH
 */
export async function startPrometheus(): Promise<Prometheus | null> {
  await using stack = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'image-builder-prometheus-'));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  await cp(RULES, join(directory, 'rules.yml'));
  const targets = join(directory, 'targets.json');
  await writeFile(targets, '[]');
  const job = {
    job_name: 'image-builder',
    file_sd_configs: [{ files: [targets], refresh_interval: '1s' }],
  };
  const config = { global: { scrape_interval: SCRAPE_INTERVAL }, rule_files: ['rules.yml'], scrape_configs: [job] };
  await writeFile(join(directory, 'prometheus.yml'), stringify(config));
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(
    process.env['PROMETHEUS'] ?? 'prometheus',
    [
      ...['--config.file', join(directory, 'prometheus.yml'), '--storage.tsdb.path', join(directory, 'data')],
      ...['--web.listen-address', address],
    ],
    { stdio: 'ignore' },
  );
  const ended = once(child, 'exit').catch(() => null);
  const isStarted = await once(child, 'spawn').then(
    () => true,
    () => false,
  );
  if (!isStarted) return null;
  stack.defer(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  const base = `http://${address}`;
  while (!(await fetch(`${base}/-/ready`).catch(() => null))?.ok) {
    if (child.exitCode !== null) throw new Error('Prometheus does not start');
    await wait(100);
  }
  const scraped: object[] = [];
  const owned = stack.move();
  return {
    scrape: async (namespace, origin) => {
      scraped.push({ targets: [new URL(origin).host], labels: { namespace } });
      await writeFile(targets, JSON.stringify(scraped));
    },
    hasBaseline: async (namespace) => {
      const expression = `count_over_time(up{namespace="${namespace}"}[5m]) >= 2`;
      const { result } = await query<{ result: object[] }>(
        `${base}/api/v1/query?query=${encodeURIComponent(expression)}`,
      );
      return result.length > 0;
    },
    firing: async () => {
      const { alerts } = await query<{ alerts: ApiAlert[] }>(`${base}/api/v1/alerts`);
      return alerts
        .filter(({ state }) => state === 'firing')
        .map(({ labels, annotations }) => ({
          ...{ name: labels['alertname'] ?? '', namespace: labels['namespace'] ?? '' },
          ...{ severity: labels['severity'] ?? '', runbook: annotations['runbook_url'] ?? '' },
        }));
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
