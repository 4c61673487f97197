/** Severities of advisories, mildest first. */
export const SEVERITIES = ['info', 'low', 'moderate', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** A known vulnerability of an installed package. */
export interface Advisory {
  /** `GHSA-…` where it has one, else its address. */
  readonly id: string;
  readonly name: string;
  readonly severity: Severity;
  readonly title: string;
  /** Versions that have it. */
  readonly range: string;
}

/** The result of `npm audit --json`. `unavailable`: the registry is unreachable or has no advisories. */
export type AuditReport =
  | { readonly kind: 'advisories'; readonly advisories: readonly Advisory[] }
  | { readonly kind: 'unavailable'; readonly why: string }
  | { readonly kind: 'broken'; readonly why: string };

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Statuses of registries without advisories, or with restricted access. */
const WITHOUT_ADVISORIES = new Set([401, 403, 404, 405, 501]);

/** Failures on the way to a registry. */
const UNREACHED =
  /^(?:E(?:CONN|TIMEDOUT|AI_|HOST|NET|NOTFOUND|NOTCACHED|PROTO)|ERR_(?:SSL|TLS|SOCKET)|CERT_|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO)/;

/** Why there is no report. Addresses of registries stay out of it. */
const readFailure = ({ statusCode, error, message }: Json): AuditReport => {
  if (typeof statusCode === 'number') {
    return WITHOUT_ADVISORIES.has(statusCode) || statusCode >= 500
      ? { kind: 'unavailable', why: `the registry has no audit endpoint for us (status ${statusCode})` }
      : { kind: 'broken', why: `the registry responded with ${statusCode}` };
  }
  const code = isObject(error) ? String(error['code'] ?? '') : '';
  if (UNREACHED.test(code) || (code === '' && /audit endpoint|network|getaddrinfo/i.test(String(message)))) {
    return { kind: 'unavailable', why: `the registry was not reached (${code || 'no code'})` };
  }
  return { kind: 'broken', why: code || 'the report is of no known shape' };
};

const toAdvisory = (name: string, via: Json): Advisory => {
  const url = String(via['url'] ?? via['source'] ?? '');
  return {
    id: /GHSA(?:-[0-9a-z]{4}){3}/.exec(url)?.[0] ?? url,
    name: String(via['name'] ?? name),
    // One that is of no known severity is not taken lightly.
    severity: SEVERITIES.find((severity) => severity === via['severity']) ?? 'critical',
    title: String(via['title'] ?? 'without title'),
    range: String(via['range'] ?? '*'),
  };
};

/** Reads the output of `npm audit --json`. Packages that only depend on a vulnerable one have no entry. */
export function readReport(text: string): AuditReport {
  let report: unknown;
  try {
    report = JSON.parse(text);
  } catch {
    return { kind: 'broken', why: 'npm did not write a report' };
  }
  if (!isObject(report)) return { kind: 'broken', why: 'the report is of no known shape' };
  const { vulnerabilities } = report;
  if (!isObject(vulnerabilities)) return readFailure(report);
  const advisories = new Map<string, Advisory>();
  for (const [name, vulnerability] of Object.entries(vulnerabilities)) {
    const { via } = isObject(vulnerability) ? vulnerability : { via: [] };
    for (const item of Array.isArray(via) ? (via as unknown[]) : []) {
      if (!isObject(item)) continue;
      const advisory = toAdvisory(name, item);
      advisories.set(`${advisory.id} ${advisory.name}`, advisory);
    }
  }
  return { kind: 'advisories', advisories: [...advisories.values()] };
}
