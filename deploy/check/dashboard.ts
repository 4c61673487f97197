// The queries of the dashboard as Prometheus gets them. Run by itself it prints them as a file of rules, for promtool to judge.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { DEPLOY, type Yaml } from './openshift-template.ts';

export const DASHBOARD = JSON.parse(readFileSync(join(DEPLOY, 'grafana/image-builder.json'), 'utf8')) as Yaml;

const VARIABLES: Readonly<Record<string, string>> = { interval: '30m', stability_slo: '0.95', latency_slo: '0.95' };

export interface PanelQuery {
  readonly panel: string;
  readonly expression: string;
}

/** Every query with the variables put in. @throws Error for a variable that the dashboard does not have */
export const panelQueries = (): PanelQuery[] =>
  (DASHBOARD.panels as Yaml[]).flatMap(({ title, targets = [] }) =>
    (targets as Yaml[]).map(({ expr }) => ({
      panel: title as string,
      expression: (expr as string).replaceAll(/\$([a-z]\w*)/g, (_, name: string) => {
        const value = VARIABLES[name];
        if (value === undefined) throw new Error(`${title}: $${name} is no variable`);
        return value;
      }),
    })),
  );

if (import.meta.main) {
  const rules = panelQueries().map(({ expression }, index) => ({
    record: `dashboard:query:${index}`,
    expr: expression,
  }));
  console.log(stringify({ groups: [{ name: 'dashboard', rules }] }));
}
