// The table of variables. Parser, documentation, `npm run config` and the check of the deploy templates come from it.
import type { Section, Variable } from '../variable.ts';
import type { ValueType } from '../value-types.ts';
import { database } from './database.ts';
import { composes, events } from './features.ts';
import { http } from './http.ts';
import { log, probes } from './observability.ts';
import { deployment, maintenance } from './operation.ts';
import { calls, composer, platform } from './services.ts';

export const SECTIONS: readonly Section[] = [
  { title: 'HTTP', variables: http },
  { title: 'Composes', variables: composes },
  { title: 'Database', variables: database },
  { title: 'Composer', variables: composer },
  { title: 'Services of the platform', variables: platform },
  { title: 'Outgoing calls', variables: calls },
  { title: 'Webhooks and events', variables: events },
  { title: 'Probes, metrics, version', variables: probes },
  { title: 'Log', variables: log },
  { title: 'Maintenance job', variables: maintenance },
  { title: 'Deployment', variables: deployment },
];

export const VARIABLES = {
  ...{ ...http, ...composes, ...database, ...composer, ...platform, ...calls, ...events },
  ...{ ...probes, ...log, ...maintenance, ...deployment },
};

export type VariableName = keyof typeof VARIABLES;

/** Type of the value of a variable. */
export type ValueOf<Name extends VariableName> =
  (typeof VARIABLES)[Name]['type'] extends ValueType<infer Value> ? Value : never;

/** Every variable by each name that the environment can have for it: its own, its alias, and the one of its file. */
export const VARIABLES_BY_NAME: ReadonlyMap<string, Variable> = new Map(
  Object.entries<Variable>(VARIABLES).flatMap(([name, variable]) => {
    const names = [name, variable.alias, variable.fromFile ? `${name}_FILE` : undefined];
    return names.flatMap((known): [string, Variable][] => (known === undefined ? [] : [[known, variable]]));
  }),
);
