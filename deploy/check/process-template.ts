// node deploy/check/process-template.ts TEMPLATE [NAME=VALUE]…: prints the plain Kubernetes objects of a template, as YAML.
import { stringify } from 'yaml';
import { plainObjects, processTemplate, readTemplate } from './openshift-template.ts';

const [file, ...assignments] = process.argv.slice(2);
if (file === undefined) throw new Error('which template?');
const values = Object.fromEntries(assignments.map((text) => text.split(/=(.*)/s).slice(0, 2) as [string, string]));
for (const object of plainObjects(processTemplate(readTemplate(file), values)))
  console.log(`---\n${stringify(object)}`);
