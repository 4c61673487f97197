// Prints the scrape configuration with fixed targets instead of those that Kubernetes knows, for a promtool that is built without it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { DEPLOY, type Yaml } from './openshift-template.ts';

const config = parse(readFileSync(join(DEPLOY, 'prometheus/scrape.example.yml'), 'utf8')) as Yaml;
const jobs = (config.scrape_configs as Yaml[]).map(({ kubernetes_sd_configs: discovery, ...job }) => {
  if (!Array.isArray(discovery)) throw new Error(`${job.job_name}: has no targets of Kubernetes`);
  return { ...job, static_configs: [{ targets: ['localhost:8086'] }] };
});
console.log(stringify({ ...config, scrape_configs: jobs }));
