import type { LogEventEntry } from './entry.ts';

export const UPSTREAM_EVENTS = {
  'breaker.opened': {
    level: 'warn',
    meaning: 'The circuit breaker of a service is open: calls to it are refused for `seconds`.',
    action: 'Check the service that `service` names.',
  },
  'breaker.closed': {
    level: 'info',
    meaning: 'The circuit breaker of a service is closed: the service responds again.',
  },
  'upstream.invalid_json': {
    level: 'warn',
    meaning: 'A service responded with a body that is not JSON.',
    action: 'Check for a proxy between the service and this one; report it to the owners of `service`.',
  },
  'upstream.contract_mismatch': {
    level: 'warn',
    meaning: 'A response of a service does not match its contract.',
    action: 'Report `field` and `problem` to the owners of `service`.',
  },
  'upstream.response_too_large': {
    level: 'warn',
    meaning: 'A response of a service is larger than `limit` bytes; the call fails.',
    action: 'Report it to the owners of `service`.',
  },
  'feature_flags.ready': { level: 'info', meaning: 'The feature flags are loaded.' },
  'feature_flags.refresh_failed': {
    level: 'error',
    meaning: 'The feature flags cannot be refreshed; the last known values stay in force.',
    action: 'Check the feature flag service and its token.',
  },
  'feature_flags.warning': {
    level: 'warn',
    meaning: 'The feature flag client reports a problem.',
    action: 'Read `reason`.',
  },
  'packages.recommended': {
    level: 'info',
    meaning: 'The recommendation service answered a request; the line is for statistics.',
  },
  'repositories.labels_unavailable': {
    level: 'warn',
    meaning: 'Labels of custom repositories cannot be read; the compose continues without them.',
    action: 'Check content sources.',
  },
  'blueprint.lint_unavailable': {
    level: 'warn',
    meaning: 'A blueprint is returned without lint, because a service does not respond.',
    action: 'Check the service that `err` names.',
  },
  'blueprint.validation_incomplete': {
    level: 'warn',
    meaning: 'A blueprint is validated without a service that does not respond.',
    action: 'Check the service that `err` names.',
  },
  'depsolve.failed': {
    level: 'warn',
    meaning: 'Packages cannot be resolved, because composer failed or did not respond.',
    action: 'Check composer.',
  },
  'distributions.key_missing': {
    level: 'warn',
    meaning: 'Repositories verify packages and have no key; composer refuses composes that use them.',
    action: 'Run `npm run distributions:keys`.',
  },
  'customizations.openscap_missing': {
    level: 'warn',
    meaning: 'A file of stored customizations has no `openscap` member; its profile is left out.',
    action: 'Correct the file, or install the distributions again.',
  },
  'customizations.unreadable': {
    level: 'warn',
    meaning: 'A file of stored customizations cannot be read; its profile is left out.',
    action: 'Correct the file, or install the distributions again.',
  },
} as const satisfies Readonly<Record<string, LogEventEntry>>;
