// The table of variables, compared with the code that reads them and the page that documents them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { configurationPage } from '../../scripts/generate/configuration.ts';
import { readConfig } from '../../src/config/index.ts';
import type { Variable } from '../../src/config/variable.ts';
import { SECTIONS, VARIABLES, VARIABLES_BY_NAME } from '../../src/config/variables/index.ts';
import { readMaintenanceSettings } from '../../src/maintenance/settings.ts';

const ROOT = join(import.meta.dirname, '../..');

type Environment = Readonly<Record<string, string>>;

/** Settings with which every variable has an effect. */
const EVERYTHING_ON: readonly Environment[] = [
  {},
  { COMPOSER_URL: 'https://composer.test', RECOMMENDATIONS_URL: 'https://recommendations.test' },
  { UNLEASH_URL: 'https://unleash.test' },
  { CW_AWS_REGION: 'us-east-1', CW_AWS_ACCESS_KEY_ID: 'x', CW_AWS_SECRET_ACCESS_KEY: 'x', CW_LOG_GROUP: 'x' },
];

/** The variables that are read from an environment. */
function namesRead(read: (env: Environment) => unknown): ReadonlySet<string> {
  const names = new Set<string>();
  for (const env of EVERYTHING_ON) {
    const get = (target: Environment, name: string | symbol): string | undefined => {
      names.add(String(name));
      return target[String(name)];
    };
    read(new Proxy(env, { get }));
  }
  return names;
}

const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => [file, readFileSync(join(ROOT, 'src', file), 'utf8')] as const);

const entries = Object.entries<Variable>(VARIABLES);

describe('the table of variables', () => {
  it('has every variable that the service and its maintenance read, and no other', () => {
    const read = namesRead(readConfig).union(namesRead(readMaintenanceSettings));
    // No code depends on it; deployments set it.
    expect([...read, 'CLOWDER_ENABLED']).to.have.members([...VARIABLES_BY_NAME.keys()]);
  });

  it('has every variable that the source names in an environment', () => {
    const named = sources.flatMap(([, text]) => [...text.matchAll(/\benv\['(\w+)'\]/g)]);
    expect(named.map(([, name]) => name)).to.include('ACG_CONFIG');
    for (const [, name] of named) expect(VARIABLES_BY_NAME.has(String(name)), name).to.equal(true);
  });

  it('is the only access to the environment: only the programs use process.env', () => {
    const files = sources.filter(([, text]) => text.includes('process.env')).map(([file]) => file);
    // Variables of OpenTelemetry are its own.
    expect(files).to.have.members(['main.ts', 'telemetry.ts']);
  });

  it('has each variable in one section', () => {
    const names = SECTIONS.flatMap(({ variables }) => Object.keys(variables));
    expect(names).to.have.members(Object.keys(VARIABLES));
    expect(new Set(names).size).to.equal(names.length);
  });

  it('has defaults that are allowed', () => {
    const wrong = entries.filter(([, { type, default: text }]) => type.parse(text) === undefined);
    expect(wrong).to.deep.equal([]);
  });

  it('describes each variable in one sentence', () => {
    for (const [name, { description }] of entries) expect(description, name).to.match(/^[A-Z](?:[^.]|\.(?=[^ ]))+\.$/);
  });

  it('marks every variable as secret whose name says so', () => {
    const names = entries.map(([name]) => name).filter((name) => /PASSWORD|SECRET|TOKEN$|KEY_ID|DSN/.test(name));
    expect(names).to.have.length.above(8);
    for (const name of names) expect(VARIABLES_BY_NAME.get(name)?.secret, name).to.equal(true);
  });

  it('equals the table of docs/configuration.md', async () => {
    const page = readFileSync(join(ROOT, 'docs/configuration.md'), 'utf8');
    expect(page).to.equal(await configurationPage());
    for (const [name, { description, type }] of entries) {
      const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\``));
      expect(row, name).to.include(description).and.include(type.allowed);
    }
  });
});
