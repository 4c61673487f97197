import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { parse } from 'yaml';
import { withDroppedLines } from '../../src/observability/log-sinks/dropped-metric.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { DASHBOARD, panelQueries } from './dashboard.ts';
import { DEPLOY, type Yaml } from './openshift-template.ts';
import { metricsOf, selectorsOf } from './promql.ts';

const rules = (
  parse(readFileSync(join(DEPLOY, 'prometheus/image-builder.rules.yml'), 'utf8')).groups as Yaml[]
).flatMap((group) => group.rules as Yaml[]);
const alerts = rules.filter(({ alert }) => alert !== undefined);
const recorded = new Set(rules.flatMap(({ record }) => (record === undefined ? [] : [record as string])));

/** The metrics page of a process in which everything is there. */
const pageText = async (): Promise<string> => {
  const metrics = createMetrics({ processMetrics: true });
  metrics.requestCount.inc({ method: 'GET', path: '/', code: '200' });
  metrics.requestDuration.observe({ path: '/' }, 1);
  metrics.operationDuration.observe({ operation: 'getVersion', status: '2xx' }, 1);
  metrics.watch({
    ...{ running: () => 0, connections: () => ({ idle: 0, used: 0, waiting: 0 }), maxConnections: 1 },
    ...{ unknownBuilds: async () => 0, pendingDeliveries: async () => 0, eventsHeldBack: async () => 0 },
    pingDatabase: async () => null,
    maintenance: {
      readReport: async () => ({ started: 1, completed: 1, deleted: { composes: 1 } }),
      readPreparedAt: async () => null,
      interval: 1,
    },
  });
  metrics.upstreamDuration.observe({ service: 'composer', operation: 'getOpenapi', outcome: '200' }, 1);
  metrics.protection.shedRequests.inc({ reason: 'event_loop' });
  metrics.upstreams.tokenFailures.inc({ service: 'composer' });
  metrics.database.ready.set({ service: 'composer' }, 1);
  metrics.upstreams.opened.inc({ service: 'composer' });
  metrics.upstreams.refused.inc({ service: 'composer', reason: 'queue_full' });
  metrics.protection.limitedRequests.inc({ class: 'builds' });
  metrics.protection.refusedConnections.inc({ reason: 'too_slow' });
  metrics.buildSettlements.inc({ outcome: 'stored' });
  metrics.events.endedStreams.inc({ reason: 'closed' });
  metrics.webhooks.disabled.inc({ reason: 'gone' });
  metrics.webhooks.duration.observe({ outcome: 'delivered' }, 1);
  metrics.policyFiles.watch('QUOTA_FILE', () => false);
  const calls = { running: () => 0, waiting: () => 0, concurrency: 1 };
  metrics.upstreams.watch('composer', { ...calls, breaker: () => 'closed' });
  const sinks = { names: ['splunk'], dropped: new Map([['splunk', 1]]) };
  return (await withDroppedLines(metrics, sinks).page()).text;
};

/** Names of our metrics: without those of Node and of the process. */
const ownMetrics = async (): Promise<string[]> =>
  [...(await pageText()).matchAll(/^# TYPE (image_?builder\w+) /gm)].map(([, name]) => name ?? '');

/** Series of the metrics page by name, with the names of their labels. */
const exported = async (): Promise<Map<string, Set<string>>> => {
  const series = new Map<string, Set<string>>();
  for (const line of (await pageText()).split('\n')) {
    const [, name, labels = ''] = /^([a-z_]\w*)(?:\{(.*)\})? /.exec(line) ?? [];
    if (name === undefined) continue;
    const names = series.get(name) ?? new Set();
    for (const [, label] of labels.matchAll(/(\w+)="/g)) names.add(label ?? '');
    series.set(name, names);
  }
  return series;
};

/** Labels that scraping adds; where it adds `service`, our label of that name becomes `exported_service`. */
const TARGET_LABELS = ['job', 'instance', 'namespace', 'pod', 'service', 'exported_service'];

const EXPRESSIONS: readonly (readonly [where: string, expression: string])[] = [
  ...rules.map(({ record, alert, expr }) => [`rule ${record ?? alert}`, expr] as const),
  ...panelQueries().map(({ panel, expression }) => [`panel ${panel}`, expression] as const),
];

describe('rules and dashboard', () => {
  it('ask for series that the service exports or a rule records', async () => {
    const known = new Set([...(await exported()).keys(), ...recorded, 'up']);
    const unknown = EXPRESSIONS.flatMap(([where, expression]) =>
      [...metricsOf(expression)].filter((name) => !known.has(name)).map((name) => `${where}: ${name}`),
    );
    expect(unknown).to.deep.equal([]);
  });

  it('select by labels that these series have', async () => {
    const series = await exported();
    const wrong = EXPRESSIONS.flatMap(([where, expression]) =>
      selectorsOf(expression).flatMap(({ metric, labels }) => {
        const own = series.get(metric);
        return labels
          .filter((label) => own !== undefined && !own.has(label) && !TARGET_LABELS.includes(label))
          .map((label) => `${where}: ${metric} has no ${label}`);
      }),
    );
    expect(wrong).to.deep.equal([]);
  });

  it('look at bounds that the histograms have', async () => {
    const { text } = await createMetricsPage();
    const bounds = new Set(
      [...text.matchAll(/^image_builder_crc_http_duration_seconds_bucket\{le="([^"]+)"/gm)].map(([, le]) => le),
    );
    const asked = EXPRESSIONS.flatMap(([, expression]) =>
      [...expression.matchAll(/le="([^"]+)"/g)].map(([, le]) => le),
    );
    expect(asked).to.include.members(['0.5', '4']);
    expect(asked.filter((le) => !bounds.has(le))).to.deep.equal([]);
  });
});

const createMetricsPage = async (): Promise<{ text: string }> => {
  const metrics = createMetrics({ processMetrics: false });
  metrics.requestDuration.observe({ path: '/' }, 1);
  return metrics.page();
};

describe('deploy/prometheus', () => {
  const runbook = readFileSync(join(DEPLOY, '../docs/operations.md'), 'utf8');
  const anchors = new Set(
    [...runbook.matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
      (title ?? '')
        .toLowerCase()
        .replaceAll(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    ),
  );
  const objectives = new Set(rules.flatMap(({ labels }) => (labels?.slo ? [labels.slo as string] : [])));

  it('has a runbook entry for every alert and objective', () => {
    const links = alerts.flatMap(({ annotations }) => {
      const url = annotations.runbook_url as string;
      return url.includes('{{') ? [...objectives].map((slo) => url.replace('{{ $labels.slo }}', slo)) : [url];
    });
    const missing = links.filter((url) => {
      const [file, anchor] = url.split('#');
      return file !== 'docs/operations.md' || !anchors.has(anchor ?? '');
    });
    expect(missing).to.deep.equal([]);
  });

  it('names every alert in the runbook, and no other', () => {
    const named = new Set([...runbook.matchAll(/\bImageBuilder[A-Z]\w+/g)].map(([name]) => name));
    expect([...named].sort()).to.deep.equal(alerts.map(({ alert }) => alert as string).sort());
  });

  it('pages or makes a ticket, and says what it is about', () => {
    for (const { alert, labels, annotations } of alerts) {
      expect(labels.severity, alert).to.be.oneOf(['page', 'ticket']);
      expect(annotations, alert).to.have.all.keys('summary', 'description', 'runbook_url');
    }
  });

  it('gives every objective a budget, events and bad events', () => {
    expect([...objectives].sort()).to.deep.equal(['compose-latency', 'compose-stability', 'read-latency']);
    for (const record of ['slo_budget:ratio', 'slo_events:total', 'slo_bad_events:total']) {
      const covered = rules
        .filter((rule) => rule.record === `image_builder:${record}`)
        .map(({ labels }) => labels.slo as string);
      expect(covered.sort(), record).to.deep.equal([...objectives].sort());
    }
  });

  it('is tested with something that fires every alert, and something that does not', () => {
    const tests = ['image-builder.test.yml', 'image-builder.causes.test.yml', 'image-builder.long.test.yml'].flatMap(
      (file) => parse(readFileSync(join(DEPLOY, 'prometheus', file), 'utf8')).tests as Yaml[],
    );
    const checks = tests.flatMap(({ input_series: input, alert_rule_test: list = [] }) => {
      const namespaces = new Set((input as Yaml[]).map(({ series }) => /namespace="([^"]*)"/.exec(series)?.[1]));
      return (list as Yaml[]).map(({ alertname, exp_alerts: fired }) => {
        const firing = new Set((fired as Yaml[]).map((alert) => alert.exp_labels.namespace));
        return { alertname, fires: firing.size > 0, spares: [...namespaces].some((name) => !firing.has(name)) };
      });
    });
    for (const { alert } of alerts) {
      const own = checks.filter(({ alertname }) => alertname === alert);
      expect([own.some(({ fires }) => fires), own.some(({ spares }) => spares)], alert).to.deep.equal([true, true]);
    }
  });
});

describe('deploy/grafana/image-builder.json', () => {
  const panels = DASHBOARD.panels as Yaml[];

  it('is the dashboard that links and bookmarks lead to', () => {
    expect(DASHBOARD).to.include({ title: 'Image Builder CRC', uid: 'image-builder-crc' });
  });

  it('has the variables that its queries use', () => {
    const variables = new Map((DASHBOARD.templating.list as Yaml[]).map((variable) => [variable.name, variable]));
    expect([...variables.keys()]).to.deep.equal(['datasource', 'interval', 'stability_slo', 'latency_slo']);
    expect(variables.get('datasource')).to.include({ type: 'datasource', query: 'prometheus' });
    expect(variables.get('datasource').regex).to.equal('/crc(p01|s02)ue1-prometheus/');
    expect(variables.get('interval')).to.include({ type: 'interval', query: '5m,30m,1h,6h,12h,1d,3d,7d,14d,28d' });
    for (const name of ['stability_slo', 'latency_slo']) {
      expect(variables.get(name)).to.include({ type: 'constant', query: '0.95' });
    }
    const used = new Set([...JSON.stringify(panels).matchAll(/\$\{?([a-z]\w*)\}?/g)].map(([, name]) => name));
    expect([...used].sort()).to.deep.equal([...variables.keys()].sort());
  });

  it('shows throughput, latency and both objectives first', () => {
    expect(panels.slice(0, 8).map(({ title }) => title)).to.deep.equal([
      ...['API', 'Request throughput', 'Request latency', 'SLO'],
      ...['Compose request error budget remaining', 'Compose request error budget consumed'],
      ...['Latency error budget remaining', 'Latency error budget consumed'],
    ]);
  });

  it('has panels that do not overlap, each with an id of its own', () => {
    expect(new Set(panels.map(({ id }) => id))).to.have.property('size', panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) => {
      expect(x + w).to.be.at.most(24);
      return Array.from({ length: w * h }, (_, i) => `${x + (i % w)} ${y + Math.floor(i / w)}`);
    });
    expect(new Set(cells)).to.have.property('size', cells.length);
  });

  it('shows every metric of ours', async () => {
    const shown = new Set(panelQueries().flatMap(({ expression }) => [...metricsOf(expression)]));
    const hidden = (await ownMetrics()).filter(
      (name) => !['', '_bucket', '_count', '_sum'].some((suffix) => shown.has(`${name}${suffix}`)),
    );
    expect(hidden).to.deep.equal([]);
  });

  it('reads from the data source that was chosen', () => {
    for (const { type, datasource, targets } of panels) {
      if (type === 'row') continue;
      for (const source of [datasource, ...targets.map((target: Yaml) => target.datasource)]) {
        expect(source).to.deep.equal({ type: 'prometheus', uid: '${datasource}' });
      }
    }
  });
});
