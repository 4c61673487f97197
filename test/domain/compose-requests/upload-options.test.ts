import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { UploadType } from '../../../src/domain/compose-requests/types.ts';
import { planUpload } from '../../../src/domain/compose-requests/upload-options.ts';
import { refusalOf, uploads } from './support.ts';

const AZURE = { tenant_id: 't', subscription_id: 's', resource_group: 'g' };
const NOBODY = 'Expected at least one source or account to share the image with';
const NO_IDS = 'Request must contain tenant and subscription ids.';
const UNREADABLE = (name: string) => `Unable to parse upload request options as ${name} options`;

interface Accepted {
  readonly title: string;
  readonly type: UploadType;
  readonly options: object;
  readonly sent: object;
  readonly sources?: readonly string[];
}

const ACCEPTED: readonly Accepted[] = [
  {
    title: 'an AWS image is shared with accounts in the order given, duplicates included',
    ...{ type: 'aws', options: { share_with_accounts: ['2', '1', '2'] } },
    sent: { region: 'us-east-1', share_with_accounts: ['2', '1', '2', 'from a source'] },
  },
  {
    title: 'accounts of sources come behind the accounts that were named',
    ...{ type: 'aws', options: { share_with_accounts: ['1'], share_with_sources: ['s1', 's2'] } },
    ...{ sources: ['s1', 's2'], sent: { region: 'us-east-1', share_with_accounts: ['1', 'from a source'] } },
  },
  {
    title: 'an AWS image may be shared with sources alone',
    ...{ type: 'aws', options: { share_with_sources: ['s1'], share_with_accounts: [] } },
    ...{ sources: ['s1'], sent: { region: 'us-east-1', share_with_accounts: ['from a source'] } },
  },
  {
    title: 'members that AWS does not know are left out',
    ...{ type: 'aws', options: { share_with_accounts: ['1'], region: 'eu-north-1', public: true } },
    sent: { region: 'us-east-1', share_with_accounts: ['1', 'from a source'] },
  },
  {
    title: 'a GCP image is shared as asked for',
    ...{ type: 'gcp', options: { share_with_accounts: ['user:a@b.test'] } },
    sent: { region: 'us-east4', bucket: 'bucket', share_with_accounts: ['user:a@b.test'] },
  },
  {
    title: 'a GCP image may be shared with nobody, in as many words',
    ...{ type: 'gcp', options: { share_with_accounts: [] } },
    sent: { region: 'us-east4', bucket: 'bucket', share_with_accounts: [] },
  },
  {
    title: 'GCP gets no list of accounts when there was none',
    ...{ type: 'gcp', options: { image_name: 'ignored' }, sent: { region: 'us-east4', bucket: 'bucket' } },
  },
  { title: 'Azure gets its three ids and nothing that was not given', type: 'azure', options: AZURE, sent: AZURE },
  {
    title: 'Azure gets the image name and the generation',
    ...{ type: 'azure', options: { ...AZURE, image_name: 'my_image-1.0', hyper_v_generation: 'V2', location: 'here' } },
    sent: { ...AZURE, image_name: 'my_image-1.0', hyper_v_generation: 'V2' },
  },
  ...['a', 'a_', 'a'.repeat(60)].map((image_name): Accepted => ({
    title: `Azure takes the image name "${image_name}"`,
    ...{ type: 'azure', options: { ...AZURE, image_name, hyper_v_generation: 'V1' } },
    sent: { ...AZURE, image_name, hyper_v_generation: 'V1' },
  })),
  {
    title: 'Azure ids may be empty texts: composer is the judge of them',
    ...{ type: 'azure', options: { tenant_id: '', subscription_id: '', resource_group: '' } },
    sent: { tenant_id: '', subscription_id: '', resource_group: '' },
  },
  {
    title: 'S3 goes to the configured region, whatever the options say',
    ...{ type: 'aws.s3', options: { region: 'eu-north-1', share_with_accounts: 5 }, sent: { region: 'us-east-1' } },
  },
  { title: 'OCI has no options', type: 'oci.objectstorage', options: { anything: 1 }, sent: {} },
];

const AZURE_NAMES = ['', '-a', 'a-', 'a.', 'ä', 'a b', 'a'.repeat(61)];

const REFUSED: readonly (readonly [title: string, UploadType, unknown, string | RegExp])[] = [
  ['AWS without anybody to share with', 'aws', {}, NOBODY],
  ['AWS with two empty lists', 'aws', { share_with_accounts: [], share_with_sources: [] }, NOBODY],
  ['AWS member names in other letters', 'aws', { Share_With_Accounts: ['1'] }, NOBODY],
  ['AWS with more sources than are looked up', 'aws', { share_with_sources: Array(101).fill('1') }, /more than 100/],
  ['AWS accounts that are no list', 'aws', { share_with_accounts: '1' }, UNREADABLE('aws')],
  ['AWS accounts that are no texts', 'aws', { share_with_accounts: [1] }, UNREADABLE('aws')],
  ['AWS sources that are no texts', 'aws', { share_with_sources: [null] }, UNREADABLE('aws')],
  ['AWS options that are a list', 'aws', [], UNREADABLE('aws')],
  ['GCP accounts that are no list', 'gcp', { share_with_accounts: {} }, UNREADABLE('GCP')],
  ['Azure without tenant', 'azure', { subscription_id: 's', resource_group: 'g' }, NO_IDS],
  ['Azure without subscription', 'azure', { tenant_id: 't', resource_group: 'g' }, NO_IDS],
  ['Azure member names in other letters', 'azure', { ...AZURE, tenant_id: undefined, Tenant_ID: 't' }, NO_IDS],
  ...['tenant_id', 'subscription_id', 'resource_group', 'image_name'].map(
    (name) => [`an Azure ${name} that is no text`, 'azure', { ...AZURE, [name]: 1 }, UNREADABLE('Azure')] as const,
  ),
  ['an Azure generation that is no text', 'azure', { ...AZURE, hyper_v_generation: 2 }, UNREADABLE('Azure')],
  ['Azure without resource group', 'azure', { tenant_id: 't', subscription_id: 's' }, /resource_group/],
  ['an unknown Azure generation', 'azure', { ...AZURE, hyper_v_generation: 'V3' }, /hyper_v_generation/],
  ...AZURE_NAMES.map(
    (name) => [`the Azure image name "${name}"`, 'azure', { ...AZURE, image_name: name }, /image_name/] as const,
  ),
  ['a target that is none', 'koji' as UploadType, {}, 'Unknown UploadRequest type koji'],
];

describe('upload options', () => {
  for (const { title, type, options, sent, sources = [] } of ACCEPTED) {
    it(title, () => {
      const plan = planUpload(type, options, uploads);
      expect(plan.type).to.equal(type);
      expect(plan.sources).to.deep.equal(sources);
      expect(plan.options(type === 'aws' ? ['from a source'] : [])).to.deep.equal(sent);
    });
  }

  for (const [title, type, options, text] of REFUSED) {
    it(`refuse ${title}`, () => {
      const refusal = refusalOf(() => planUpload(type, options, uploads));
      expect(refusal.kind).to.equal('invalid');
      if (typeof text === 'string') expect(refusal.text).to.equal(text);
      else expect(refusal.text).to.match(text);
    });
  }

  it('are the same however often they are asked for', () => {
    const plan = planUpload('aws', { share_with_accounts: ['1'] }, uploads);
    expect(plan.options(['2'])).to.deep.equal(plan.options(['2']));
  });
});
