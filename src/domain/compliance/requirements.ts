import type { components } from '../../../generated/image-builder.ts';

type Customizations = components['schemas']['Customizations'];
export type ServiceState = 'enabled' | 'masked' | 'disabled';

/** Requirements of a policy, without duplicates. */
export interface Requirements {
  readonly packages: readonly string[];
  /** Sizes in bytes. */
  readonly filesystem: readonly { readonly mountpoint: string; readonly min_size: number }[];
  readonly services: Readonly<Record<ServiceState, readonly string[]>>;
  readonly kernel: { readonly name: string | null; readonly parameters: readonly string[] };
  readonly fips: boolean;
}

/** In the order of reported lint issues. */
export const SERVICE_STATES: readonly ServiceState[] = ['enabled', 'masked', 'disabled'];

export const NO_REQUIREMENTS: Requirements = {
  packages: [],
  filesystem: [],
  services: { enabled: [], masked: [], disabled: [] },
  kernel: { name: null, parameters: [] },
  fips: false,
};

export function unique<Item>(items: Iterable<Item>): Item[] {
  return [...new Set(items)];
}

export function kernelParameters(commandLine: string | undefined): string[] {
  return commandLine?.split(/\s+/).filter((parameter) => parameter !== '') ?? [];
}

/** The largest file system of each mount point. */
export function uniqueFilesystems(filesystems: Requirements['filesystem']): { mountpoint: string; min_size: number }[] {
  const sizes = new Map<string, number>();
  for (const { mountpoint, min_size: size } of filesystems) {
    sizes.set(mountpoint, Math.max(size, sizes.get(mountpoint) ?? 0));
  }
  return [...sizes].map(([mountpoint, size]) => ({ mountpoint, min_size: size }));
}

/** Reads requirements from customizations. */
export function requirementsFrom(customizations: Customizations): Requirements {
  const { packages = [], filesystem = [], services = {}, kernel = {}, fips = {} } = customizations;
  const { enabled = [], masked = [], disabled = [] } = services;
  return {
    packages: unique(packages),
    filesystem: uniqueFilesystems(filesystem),
    services: { enabled: unique(enabled), masked: unique(masked), disabled: unique(disabled) },
    kernel: { name: kernel.name || null, parameters: unique(kernelParameters(kernel.append)) },
    fips: fips.enabled === true,
  };
}
