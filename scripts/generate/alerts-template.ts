// deploy/prometheus/image-builder.rules.yml → the same rules as a template of OpenShift.
import { parse, stringify } from 'yaml';

interface Rule {
  readonly expr: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

interface Group {
  readonly name: string;
  readonly rules: readonly Rule[];
}

const HEADING = `# Made by \`npm run generate\` from deploy/prometheus/image-builder.rules.yml: change that file. Deploy with
#   oc process -f alerts.yml -p RUNBOOK_URL=https://… | oc apply -f -
`;

/** The jobs that the rules expect, and the one that the operator makes of the service which Clowder creates. */
const JOBS = 'job=~"image-builder(-service)?"';
const JOB = 'job="${CLOWDAPP_NAME}-service"';

/** Where links of the rules begin. */
const RUNBOOK = 'docs/operations.md';

const adaptRule = (rule: Rule): Rule => ({
  ...rule,
  expr: rule.expr.replaceAll(JOBS, JOB),
  ...(rule.annotations
    ? {
        annotations: Object.fromEntries(
          Object.entries(rule.annotations).map(([name, text]) => [
            name,
            name === 'runbook_url' ? text.replace(RUNBOOK, '${RUNBOOK_URL}') : text,
          ]),
        ),
      }
    : {}),
});

/**
 * Makes the template of the rules: a PrometheusRule with absolute links to the runbook.
 * @param rules text of the file of rules
 * @throws Error where a text of the rules would be mistaken for a parameter
 */
export function alertsTemplate(rules: string): string {
  if (rules.includes('${')) throw new Error('the rules contain ${, which begins a parameter of a template');
  const { groups } = parse(rules) as { readonly groups: readonly Group[] };
  const template = {
    apiVersion: 'template.openshift.io/v1',
    kind: 'Template',
    metadata: { name: 'image-builder-alerts' },
    objects: [
      {
        apiVersion: 'monitoring.coreos.com/v1',
        kind: 'PrometheusRule',
        metadata: {
          name: '${CLOWDAPP_NAME}-alerts',
          labels: { app: '${CLOWDAPP_NAME}', prometheus: '${PROMETHEUS}', role: 'alert-rules' },
        },
        spec: { groups: groups.map((group) => ({ ...group, rules: group.rules.map(adaptRule) })) },
      },
    ],
    parameters: [
      {
        name: 'RUNBOOK_URL',
        description: 'Address of docs/operations.md where the people on call read it, without a fragment',
        required: true,
      },
      { name: 'CLOWDAPP_NAME', description: 'Name of the ClowdApp', value: 'image-builder' },
      {
        name: 'PROMETHEUS',
        description: 'Value of the label `prometheus` by which the operator selects rules',
        value: 'app-sre',
      },
    ],
  };
  return HEADING + stringify(template, { lineWidth: 0 });
}
