// node deploy/check/prometheus-rule.ts [NAME=VALUE]…: prints the groups of the PrometheusRule of openshift/alerts.yml, for promtool.
import { stringify } from 'yaml';
import { processTemplate, readTemplate } from './openshift-template.ts';

const values = Object.fromEntries(process.argv.slice(2).map((text) => text.split(/=(.*)/s).slice(0, 2)));
for (const { spec } of processTemplate(readTemplate('openshift/alerts.yml'), values as Record<string, string>))
  console.log(stringify(spec));
