import { createAjv } from '../../lib/ajv.ts';
import { invalid, type ServiceError } from '../../lib/errors.ts';
import { unknownUploadType } from './image-types.ts';
import type { ComposerUploadOptions, UploadType } from './types.ts';

export interface UploadDefaults {
  readonly awsRegion: string;
  readonly gcpRegion: string;
  readonly gcpBucket: string;
}

/** Upload options whose cloud sources are not resolved yet. */
export interface UploadPlan {
  readonly type: UploadType;
  /** Provisioning sources whose AWS accounts the image is shared with. */
  readonly sources: readonly string[];
  /** Composer's options. Accounts of sources follow the requested accounts. */
  readonly options: (sourceAccounts: readonly string[]) => ComposerUploadOptions;
}

const texts = { type: 'array', items: { type: 'string' } } as const;

interface AwsOptions {
  share_with_accounts?: string[];
  share_with_sources?: string[];
}
interface GcpOptions {
  share_with_accounts?: string[];
}
interface AzureOptions {
  tenant_id?: string;
  subscription_id?: string;
  resource_group: string;
  image_name?: string;
  hyper_v_generation?: 'V1' | 'V2';
}

// The published schema accepts any object here, since its union has unconstrained branches. The upload type selects
// the branch.
const ajv = createAjv();
const isAws = ajv.compile<AwsOptions>({
  type: 'object',
  properties: { share_with_accounts: texts, share_with_sources: texts },
});
const isGcp = ajv.compile<GcpOptions>({ type: 'object', properties: { share_with_accounts: texts } });
const azureTypes = ajv.compile<Partial<AzureOptions>>({
  type: 'object',
  properties: Object.fromEntries(
    ['tenant_id', 'subscription_id', 'resource_group', 'image_name', 'hyper_v_generation'].map((name) => [
      name,
      { type: 'string' },
    ]),
  ),
});
const isAzure = ajv.compile<AzureOptions>({
  type: 'object',
  required: ['resource_group'],
  properties: {
    image_name: {
      type: 'string',
      minLength: 1,
      maxLength: 60,
      pattern: '(^[a-zA-Z0-9]$)|(^[a-zA-Z0-9][a-zA-Z0-9_\\.-]*[a-zA-Z0-9_]$)',
    },
    hyper_v_generation: { enum: ['V1', 'V2'] },
  },
});

const OPTIONS = '/image_requests/0/upload_request/options';

/** @param member of the options, with a leading slash; empty for all of them */
const invalidOptions = (detail: string, takes: string, member = ''): ServiceError =>
  invalid({ detail, code: 'body.invalid', ...{ pointer: `${OPTIONS}${member}`, takes } });

const AWS = 'share_with_accounts or share_with_sources, as lists of texts';
const GCP = 'share_with_accounts, as a list of texts';
const AZURE = 'tenant_id, subscription_id, resource_group, image_name and hyper_v_generation, as texts';

/** Each source costs a call to provisioning. */
const MAX_SOURCES = 100;

const awsPlan = (options: unknown, defaults: UploadDefaults): UploadPlan => {
  if (!isAws(options)) throw invalidOptions('Unable to parse upload request options as aws options', AWS);
  const accounts = options.share_with_accounts ?? [];
  const sources = options.share_with_sources ?? [];
  if (accounts.length === 0 && sources.length === 0) {
    throw invalidOptions('Expected at least one source or account to share the image with', AWS);
  }
  if (sources.length > MAX_SOURCES) {
    throw invalidOptions(
      `upload_request.options.share_with_sources must not have more than ${MAX_SOURCES} sources`,
      `up to ${MAX_SOURCES} sources`,
      '/share_with_sources',
    );
  }
  return {
    type: 'aws',
    sources,
    options: (sourceAccounts) => ({
      region: defaults.awsRegion,
      share_with_accounts: [...accounts, ...sourceAccounts],
    }),
  };
};

const gcpPlan = (options: unknown, defaults: UploadDefaults): UploadPlan => {
  if (!isGcp(options)) throw invalidOptions('Unable to parse upload request options as GCP options', GCP);
  const { share_with_accounts } = options;
  return {
    type: 'gcp',
    sources: [],
    options: () => ({
      region: defaults.gcpRegion,
      bucket: defaults.gcpBucket,
      ...(share_with_accounts === undefined ? {} : { share_with_accounts }),
    }),
  };
};

const azurePlan = (options: unknown): UploadPlan => {
  if (!azureTypes(options)) throw invalidOptions('Unable to parse upload request options as Azure options', AZURE);
  const { tenant_id, subscription_id, image_name, hyper_v_generation } = options;
  if (tenant_id === undefined || subscription_id === undefined) {
    throw invalidOptions('Request must contain tenant and subscription ids.', AZURE);
  }
  if (!isAzure(options)) {
    const [error] = isAzure.errors ?? [];
    const detail = `Invalid Azure upload options: ${error?.instancePath.slice(1) ?? ''} ${error?.message ?? ''}`;
    throw invalidOptions(detail, AZURE, error?.instancePath);
  }
  const { resource_group } = options;
  return {
    type: 'azure',
    sources: [],
    options: () => ({
      ...{ tenant_id, subscription_id, resource_group },
      ...(image_name === undefined ? {} : { image_name }),
      ...(hyper_v_generation === undefined ? {} : { hyper_v_generation }),
    }),
  };
};

/** Validates and translates upload options. @throws ServiceError `invalid` when they do not fit the target */
export function planUpload(type: UploadType, options: unknown, defaults: UploadDefaults): UploadPlan {
  switch (type) {
    case 'aws':
      return awsPlan(options, defaults);
    case 'gcp':
      return gcpPlan(options, defaults);
    case 'azure':
      return azurePlan(options);
    case 'aws.s3':
      return { type, sources: [], options: () => ({ region: defaults.awsRegion }) };
    case 'oci.objectstorage':
      return { type, sources: [], options: () => ({}) };
    default:
      throw unknownUploadType(String(type));
  }
}
