// The comparison of the contract with that of the last release, on contracts with one edit each.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { before, describe, it } from 'mocha';
import { released } from '../../scripts/contract/changelog.ts';
import {
  contractChanges,
  describeChange,
  isBreaking,
  OasdiffUnavailableError,
} from '../../scripts/contract/oasdiff.ts';
import { ROOT } from '../../src/lib/root.ts';
import { createDirectory } from '../domain/distributions/support.ts';

const CONTRACT = join(ROOT, 'generated/contract.json');

interface Schema {
  readonly required?: string[];
  readonly enum?: unknown[];
  readonly properties: Record<string, object>;
}

interface Contract {
  readonly paths: Record<string, Record<string, { readonly parameters?: object[] }>>;
  readonly components: { readonly schemas: Record<string, Schema> };
}

const compare = async (edit: (contract: Contract) => void) => {
  const contract = JSON.parse(readFileSync(CONTRACT, 'utf8')) as Contract;
  edit(contract);
  using directory = createDirectory({ 'revision.json': JSON.stringify(contract) });
  return await contractChanges(CONTRACT, directory.file('revision.json'));
};

const BREAKING: readonly (readonly [what: string, rule: string, edit: (contract: Contract) => void])[] = [
  [
    'a member of a response that is removed',
    'response-optional-property-removed',
    ({ components }) => delete components.schemas['ListResponseMeta']!.properties['next_cursor'],
  ],
  [
    'a value that a request may no longer have',
    'request-property-enum-value-removed',
    ({ components }) => components.schemas['WebhookEventType']!.enum!.pop(),
  ],
  [
    'a member that a request must have',
    'new-required-request-property',
    ({ components }) => {
      const webhook = components.schemas['CreateWebhookRequest']!;
      webhook.required!.push('audience');
      webhook.properties['audience'] = { type: 'string' };
    },
  ],
  [
    'a parameter that is removed',
    'request-parameter-removed',
    ({ paths }) => paths['/audit']!['get']!.parameters!.pop(),
  ],
  [
    'an operation that is removed',
    'api-removed-without-deprecation',
    ({ paths }) => delete paths['/blueprints/{id}/schedule']!['delete'],
  ],
];

describe('the comparison with the contract of the last release', function () {
  // The first run builds the program.
  this.timeout(600_000);

  before(async function () {
    try {
      await contractChanges(CONTRACT, CONTRACT);
    } catch (error) {
      if (!(error instanceof OasdiffUnavailableError)) throw error;
      this.skip();
    }
  });

  it('finds no change without one', async () => expect(await compare(() => {})).to.deep.equal([]));

  for (const [what, rule, edit] of BREAKING) {
    it(`fails for ${what}`, async () => {
      const breaking = (await compare(edit)).filter(isBreaking);
      expect(breaking.map(({ id }) => id)).to.include(rule);
    });
  }

  it('allows additions, and describes each with its operation', async () => {
    const changes = await compare(({ components }) => {
      components.schemas['CreateWebhookRequest']!.properties['audience'] = { type: 'string' };
      components.schemas['StoredStatus']!.enum!.push('paused');
    });
    expect(changes.filter(isBreaking)).to.deep.equal([]);
    expect(changes.map(describeChange)).to.include(
      '`POST /webhooks`: added the new optional request property `audience`',
    );
  });
});

describe('the changelog of the contract', () => {
  it('files under a release what was not released', () => {
    const before = { unreleased: ['b'], releases: [{ name: '1', changes: ['a'] }] };
    expect(released(before, '2')).to.deep.equal({
      unreleased: [],
      releases: [
        { name: '2', changes: ['b'] },
        { name: '1', changes: ['a'] },
      ],
    });
  });
});
