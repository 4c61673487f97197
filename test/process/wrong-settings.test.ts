// Every setting wrong in turn, as an operator would find it: the message of the process, and its exit code.
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { rootCertificates } from 'node:tls';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { text } from '../../src/config/value-types.ts';
import { VARIABLES, VARIABLES_BY_NAME } from '../../src/config/variables/index.ts';
import { createDirectory, type TemporaryDirectory } from '../domain/distributions/support.ts';
import { runProgram, type Ended } from './support.ts';

type Environment = Readonly<Record<string, string>>;

const SECRET = 'a-hidden-value';

/** Content of a file that is of no right form. No message shows it; a JSON error shows its first characters at most. */
const CONTENT = 'hidden-content-of-a-file-that-has-no-right-form';

/** Whether no message shows the value: secrets, and the paths of their files, which may be secrets put there by mistake. */
const isHidden = (name: string): boolean => {
  const variable = VARIABLES_BY_NAME.get(name);
  return variable?.secret === true || (variable?.fromFile === true && !(name in VARIABLES));
};

const CLOUDWATCH = {
  ...{ CW_AWS_REGION: 'us-east-1', CW_AWS_ACCESS_KEY_ID: 'x', CW_AWS_SECRET_ACCESS_KEY: 'x', CW_LOG_GROUP: 'x' },
};

/** Settings that only the maintenance program reads. */
const OF_MAINTENANCE = [
  ...['ENABLE_DB_MAINTENANCE', 'DRY_RUN', 'DB_COMPOSES_RETENTION_MONTHS', 'AUDIT_RETENTION_MONTHS'],
  ...['DELETED_BLUEPRINTS_RETENTION_MONTHS', 'MAINTENANCE_MINUTES'],
];

/** Names of settings that can be wrong: for some of them any text is allowed. */
const NAMES = new Set(
  [...VARIABLES_BY_NAME]
    .filter(([name, { type, fromFile }]) => type.allowed !== text.allowed || (fromFile && name.endsWith('_FILE')))
    .map(([name]) => name),
).difference(new Set(OF_MAINTENANCE));

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
  directory.write('junk', CONTENT);
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
    // Addresses: malformed, of another machine, in use.
    ...each(['LISTEN_ADDRESS'], '192.0.2.1:8086'),
    ...each(['LISTEN_ADDRESS'], `127.0.0.1:${takenPort}`),
    ...each(['METRICS_PORT'], String(takenPort)),
  ];
  const others = NAMES.difference(new Set(special.map(({ name }) => name)));
  // A new variable is tried with a word: numbers, switches, choices, addresses and files are none.
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

describe('the service with an invalid setting', () => {
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

  it('prints the value unless it is secret, and never the content of a file', () => {
    for (const { name, value, stdout, stderr } of results) {
      if (isHidden(name)) expect(stdout + stderr, name).not.to.include(SECRET);
      else expect(stderr, name).to.include(value);
      expect(stdout + stderr, name).not.to.include(CONTENT);
    }
  });

  it('never listens', () => {
    expect(results.filter(({ stdout }) => stdout.includes('"listening"'))).to.deep.equal([]);
  });

  it('was tested with every setting that can be invalid', () => {
    expect([...new Set(results.map(({ name }) => name))]).to.have.members([...NAMES]);
  });
});
