// Every setting wrong in turn, as an operator would find it: what the process says, and that it ends.
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { rootCertificates } from 'node:tls';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { readConfig } from '../../src/config.ts';
import { createDirectory, type TemporaryDirectory } from '../distributions/support.ts';
import { runProgram, type Ended } from './support.ts';

type Environment = Readonly<Record<string, string>>;

const SECRET = 'a-value-nobody-may-see';

const CLOUDWATCH = {
  ...{ CW_AWS_REGION: 'us-east-1', CW_AWS_ACCESS_KEY_ID: 'x', CW_AWS_SECRET_ACCESS_KEY: 'x', CW_LOG_GROUP: 'x' },
};

/** Settings that make the service look at all of its settings. */
const EVERYTHING_ON: readonly Environment[] = [
  {},
  { COMPOSER_URL: 'https://composer.test', RECOMMENDATIONS_URL: 'https://recommendations.test' },
  { UNLEASH_URL: 'https://unleash.test' },
  CLOUDWATCH,
];

/** The variables that the configuration is made of, as it asks for them. */
const variablesOfConfig = (): ReadonlySet<string> => {
  const asked = new Set<string>();
  for (const env of EVERYTHING_ON) {
    readConfig(
      new Proxy(env, {
        get: (target, name) => {
          asked.add(String(name));
          return target[String(name)];
        },
      }),
    );
  }
  return asked;
};

/** Any text will do for these, so that nothing can be wrong about them: names, regions, credentials, and what is only passed on. */
const FREE_TEXT = [
  ...[
    'CHANNEL',
    'BUILD_COMMIT',
    'BUILD_TIME',
    'NO_PROXY',
    'no_proxy',
    'PGHOST',
    'PGDATABASE',
    'PGUSER',
    'PGPASSWORD',
    'INSIGHTS_CLIENT_PROXY',
    'PATCH_URL',
  ],
  ...['OSBUILD_AWS_REGION', 'OSBUILD_GCP_REGION', 'OSBUILD_GCP_BUCKET', 'CONTENT_SOURCES_REPO_PREFIX'],
  ...['COMPOSER_CLIENT_ID', 'COMPOSER_CLIENT_SECRET', 'RECOMMENDATIONS_CLIENT_ID', 'RECOMMENDATIONS_CLIENT_SECRET'],
  ...['CW_AWS_ACCESS_KEY_ID', 'CW_AWS_SECRET_ACCESS_KEY', 'UNLEASH_TOKEN'],
  // Accepted without effect.
  ...['MIGRATIONS_DIR', 'TERN_EXECUTABLE', 'TERN_MIGRATIONS_DIR'],
];

interface Case {
  readonly name: string;
  readonly value: string;
  /** Further settings that make this one matter. */
  readonly more?: Environment;
}

const cases = (directory: TemporaryDirectory, takenPort: number): readonly Case[] => {
  const missing = directory.file(SECRET);
  const [junk, empty, certificate, key] = ['junk', 'empty', 'certificate', 'key'].map(directory.file) as [
    ...[string, string, string, string],
  ];
  directory.write('junk', SECRET);
  directory.write('empty/nothing', '');
  directory.write('certificate', rootCertificates[0]);
  directory.write('key', generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const composer = { COMPOSER_URL: 'https://composer.test' };
  const recommendations = { RECOMMENDATIONS_URL: 'https://recommendations.test' };
  const each = (names: readonly string[], value: string, more: Environment = {}): readonly Case[] =>
    names.map((name) => ({ name, value, more }));
  const special = [
    ...each(['RECOMMENDATIONS_TOKEN_URL', 'RECOMMENDATIONS_PROXY'], SECRET, recommendations),
    ...each(['PATH_PREFIX', 'APP_NAME', 'SPLUNK_HEC_HOST'], `${SECRET}?x`),
    ...each(['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'], `socks5://${SECRET}`),
    ...each(['SPLUNK_HEC_TOKEN'], `${SECRET} and more`),
    ...each(['CW_AWS_REGION', 'CW_LOG_GROUP'], `${SECRET} and more`, CLOUDWATCH),
    // Files that are not there.
    ...each(['QUOTA_FILE', 'ALLOW_FILE', 'PGSSLROOTCERT', 'ACG_CONFIG', 'DISTRIBUTIONS_DIR'], missing),
    ...each(['COMPOSER_CA_PATH'], missing, composer),
    ...each(['RECOMMENDATIONS_CA_PATH'], missing, recommendations),
    ...each(['COMPOSER_CLIENT_CERT_PATH'], missing, { COMPOSER_CLIENT_KEY_PATH: key }),
    ...each(['COMPOSER_CLIENT_KEY_PATH'], missing, { COMPOSER_CLIENT_CERT_PATH: certificate }),
    // Files that hold something else.
    ...each(['ALLOW_FILE', 'PGSSLROOTCERT', 'ACG_CONFIG'], junk),
    ...each(['PGSSLROOTCERT_PEM'], SECRET),
    ...each(['DISTRIBUTIONS_DIR'], empty),
    ...each(['COMPOSER_CA_PATH'], junk, composer),
    ...each(['RECOMMENDATIONS_CA_PATH'], junk, recommendations),
    ...each(['COMPOSER_CLIENT_CERT_PATH'], junk, { COMPOSER_CLIENT_KEY_PATH: key }),
    ...each(['COMPOSER_CLIENT_KEY_PATH'], junk, { COMPOSER_CLIENT_CERT_PATH: certificate }),
    // One of two that go together.
    ...each(['COMPOSER_CLIENT_CERT_PATH'], '', { COMPOSER_CLIENT_KEY_PATH: key }),
    ...each(['COMPOSER_CLIENT_KEY_PATH'], '', { COMPOSER_CLIENT_CERT_PATH: certificate }),
    // Addresses: malformed, somebody else's, taken.
    ...each(['LISTEN_ADDRESS'], '192.0.2.1:8086'),
    ...each(['LISTEN_ADDRESS'], `127.0.0.1:${takenPort}`),
    ...each(['METRICS_PORT'], String(takenPort)),
  ];
  const others = variablesOfConfig().difference(new Set([...FREE_TEXT, ...special.map(({ name }) => name)]));
  // Whatever is new is tried with a word: numbers, switches, choices, addresses and files are none.
  return [...special, ...each([...others, 'LISTEN_ADDRESS', 'METRICS_PORT'], SECRET)];
};

/** Processes at a time: each needs a core for as long as it takes to load the program. */
const AT_A_TIME = 2;

const runAll = async (all: readonly Case[], common: Environment): Promise<readonly (Case & Ended)[]> => {
  const waiting = [...all.entries()];
  const results: (Case & Ended)[] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, one] = next;
      const env = { ...common, ...one.more, [one.name]: one.value };
      results[index] = { ...one, ...(await runProgram('src/main.ts', { env })) };
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  return results;
};

describe('the service with a setting that cannot be used', () => {
  let directory: TemporaryDirectory;
  let results: readonly (Case & Ended)[] = [];

  before(async () => {
    directory = createDirectory();
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    results = await runAll(cases(directory, (taken.address() as AddressInfo).port), {
      LISTEN_ADDRESS: '127.0.0.1:0',
      // The program is compiled once, and not a hundred times.
      NODE_COMPILE_CACHE: directory.file('compiled'),
    });
    taken.close();
  });
  after(() => directory[Symbol.dispose]());

  it('names it in one line, and ends with 1, for each of its settings', () => {
    const wrong = results.filter(({ code, stderr, name }) => code !== 1 || !new RegExp(`^${name}: .+\n$`).test(stderr));
    expect(wrong.map(({ name, value, code, stderr }) => `${name}=${value}: ${code} ${stderr}`).join('\n')).to.equal('');
    expect(results).to.have.length.above(70);
  });

  it('never shows the value', () => {
    expect(results.filter(({ stdout, stderr }) => (stdout + stderr).includes(SECRET))).to.deep.equal([]);
    const addresses = results.filter(({ name, value }) => name === 'LISTEN_ADDRESS' && value !== SECRET);
    for (const { value, stderr } of addresses) expect(stderr).not.to.include(value);
  });

  it('tells nobody that it listens', () => {
    expect(results.filter(({ stdout }) => stdout.includes('"listening"'))).to.deep.equal([]);
  });

  it('was tried with every setting there is, except for those that take any text', () => {
    const tried = new Set(results.map(({ name }) => name));
    const untried = variablesOfConfig().difference(tried);
    expect([...untried]).to.have.members(FREE_TEXT);
  });
});
