// The configuration of the service: one table of variables (variables/), and what is made of it.
export type { Environment } from './environment.ts';
export { ConfigError } from './error.ts';
export { loadLocalEnv } from './local-env.ts';
export { collectProblems, fileProblem, loadNamed } from './named-files.ts';
export { configFrom, readConfig } from './read-config.ts';
export { readWith } from './reader.ts';
export { settingsInForce } from './settings-in-force.ts';
export type * from './types.ts';
export { logConfigWarnings } from './warnings.ts';
