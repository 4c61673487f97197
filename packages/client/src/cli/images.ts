import type { Command } from 'commander';
import type { components } from '../contract.ts';
import { CliError } from './failures.ts';
import { collect } from './text.ts';

type ImageRequest = components['schemas']['ImageRequest'];

/** Options that describe the images. */
export interface ImageOptions {
  readonly distribution?: string;
  readonly type?: readonly string[];
  readonly arch?: string;
  readonly target?: string;
  readonly uploadOptions?: string;
  readonly size?: string;
}

export function addImageOptions(command: Command): Command {
  return command
    .option('-d, --distribution <name>', 'distribution, such as centos-9')
    .option('-t, --type <type>', 'image type, such as guest-image; repeatable for blueprints', collect)
    .option('-a, --arch <architecture>', 'x86_64 or aarch64')
    .option('--target <target>', 'aws, azure, gcp, aws.s3 or oci.objectstorage; by default that of the image type')
    .option('--upload-options <json>', 'options of the target, such as \'{"share_with_accounts":["123456789012"]}\'')
    .option('--size <bytes>', 'size of the disk in bytes');
}

/** Targets of image types for a cloud; other images are made for download. */
const TARGETS: Readonly<Record<string, string>> = {
  ...{ aws: 'aws', ami: 'aws', azure: 'azure', vhd: 'azure', gcp: 'gcp', oci: 'oci.objectstorage' },
};

const optionsOf = (text: string | undefined): object => {
  try {
    return text === undefined ? {} : (JSON.parse(text) as object);
  } catch (error) {
    throw new CliError(`--upload-options is no JSON: ${(error as Error).message}`);
  }
};

/**
 * The image requests that options describe; `null` where they name no image type.
 * @param architecture the default, where the file names one
 */
export function imageRequestsOf(options: ImageOptions, architecture = 'x86_64'): ImageRequest[] | null {
  const { type: types, arch = architecture, target, uploadOptions, size } = options;
  if (types === undefined) return null;
  if (size !== undefined && !/^\d+$/.test(size))
    throw new CliError(`--size must be a number of bytes, such as ${10 * 1024 ** 3} for 10 GiB`);
  return types.map((type) => ({
    architecture: arch as ImageRequest['architecture'],
    image_type: type as ImageRequest['image_type'],
    upload_request: {
      type: (target ?? TARGETS[type] ?? 'aws.s3') as ImageRequest['upload_request']['type'],
      options: optionsOf(uploadOptions),
    },
    ...(size === undefined ? {} : { size: Number(size) }),
  }));
}
