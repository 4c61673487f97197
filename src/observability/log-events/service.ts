import type { LogEventEntry } from './entry.ts';

export const SERVICE_EVENTS = {
  'request.completed': {
    level: ['info', 'warn', 'error'],
    meaning: 'A request below an API prefix is complete: `info` below status 400, `warn` from 400, `error` from 500.',
    action: 'Look at `err` of lines with status 500 and above; the other lines are for statistics.',
  },
  'request.root_failed': {
    level: 'error',
    meaning: 'A request outside the API prefixes (probe, metrics, document) failed unexpectedly.',
    action: 'Look at `err`; report it as a defect.',
  },
  'response.contract_mismatch': {
    level: 'error',
    meaning: 'A response does not match the contract.',
    action: 'Report it as a defect, with `operation_id` and `mismatch`.',
  },
  'service.listening': { level: 'info', meaning: 'The service accepts requests at `address`.' },
  'service.stopping': { level: 'info', meaning: 'The service received the stop signal and completes what it started.' },
  'service.start_failed': {
    level: 'fatal',
    meaning: 'The service cannot start and exits.',
    action: 'Correct what `err` names, usually a setting or a file.',
  },
  'process.failed': {
    level: 'fatal',
    meaning: 'An error was not handled; the process ends with code 1, and its supervisor starts another one.',
    action: 'Report it as a defect, with `err`.',
  },
  'process.memory_short': {
    level: 'error',
    meaning:
      'The process uses 90 % of its memory: of the heap of JavaScript (`kind` is `heap`), or of what the container may use (`container`).',
    action: 'Raise the memory limit, or lower `BODY_BUDGET_BYTES`. Report it as a defect if memory grows without load.',
  },
  'workers.listening': { level: 'info', meaning: 'All worker processes accept requests.' },
  'worker.died': {
    level: 'error',
    meaning: 'A worker process ended unexpectedly; another one replaces it.',
    action: 'Look at `code`, `signal` and the lines before; raise the memory limit if the system killed it.',
  },
  'config.variables_unused': {
    level: 'warn',
    meaning: 'Variables are set that have no effect.',
    action: 'Remove them, or set what they need.',
  },
  'config.variable_unknown': {
    level: 'warn',
    meaning: 'A variable is set that is nearly the name of a setting.',
    action: 'Correct its spelling, or remove it.',
  },
  'metrics.page_failed': {
    level: 'error',
    meaning: 'The metrics page cannot be rendered.',
    action: 'Check the database if `err` names it; otherwise report it as a defect.',
  },
  'log.lines_dropped': {
    level: 'error',
    meaning: 'Log lines did not reach Splunk, CloudWatch or Sentry. They are on standard output.',
    action: 'Check the sink that `sink` and `reason` name.',
  },
  'rate_limits.unavailable': {
    level: 'warn',
    meaning: 'The database cannot count requests; requests are accepted without limits.',
    action: 'Check the database.',
  },
  'database.unreachable': {
    level: 'error',
    meaning:
      'The database does not respond to this process. Requests that need it get 503 with `Retry-After`; the service tries again by itself.',
    action: 'Check the database and the network between; `err` has the reason, `pool` the part of the service.',
  },
  'database.reachable': { level: 'info', meaning: 'The database responds again.' },
  'database.server_fault': {
    level: 'error',
    meaning:
      'Statements fail because of the database server: `fault` is disk, memory, corruption or read_only. Logged once in half a minute.',
    action: 'Free or replace the disk, or point the service at the primary server; `err` has the text of the server.',
  },
  'passwords.thread_failed': {
    level: 'error',
    meaning: 'A thread that hashes passwords failed; the requests that waited for it fail.',
    action: 'Read `err`; another thread starts with the next password.',
  },
  'policy_file.reloaded': {
    level: 'info',
    meaning: 'The file that `variable` names has changed, and its content is in force.',
  },
  'policy_file.invalid': {
    level: 'error',
    meaning: 'The file that `variable` names has changed and cannot be used; its previous content stays in force.',
    action: 'Correct what `reason` names. A process that starts now refuses the file.',
  },
  'encryption.secret_unreadable': {
    level: 'error',
    meaning: 'Stored secrets cannot be decrypted; requests that need them fail. Logged once in half a minute.',
    action: 'Add the key that `err` names to `ENCRYPTION_KEYS_FILE` again.',
  },
  'audit.write_failed': {
    level: 'error',
    meaning: 'An entry of the audit log cannot be written yet; the service retries.',
    action: 'Check the database. The line has the whole entry as `audit_entry`.',
  },
  'audit.entry_abandoned': {
    level: 'error',
    meaning: 'An entry of the audit log is lost, because too many entries wait.',
    action: 'Check the database; copy the entry from `audit_entry` into your records.',
  },
  'development.identity': {
    level: 'info',
    meaning: 'Development mode: requests of this machine without an identity header get a development identity.',
  },
  'development.exposed': {
    level: 'warn',
    meaning: 'Development mode on an address that other hosts can reach: every request needs an identity header.',
    action: 'Listen on a loopback address to get the development identity.',
  },
} as const satisfies Readonly<Record<string, LogEventEntry>>;
