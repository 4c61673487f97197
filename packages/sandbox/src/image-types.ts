// Image types of composer and the customizations that each of them takes. `data/image-types.json` has the facts of the image
// library osbuild/images, revision 1146ec23.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface StoredType {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** Key of the list of supported options. */
  readonly options: string;
  readonly required?: readonly string[];
  readonly boot_mode: 'legacy' | 'uefi' | 'hybrid' | 'none';
  readonly filename: string;
  /** Names of distributions, separated by spaces, by architecture. */
  readonly in: Readonly<Record<string, string>>;
}

interface Stored {
  readonly options: Readonly<Record<string, string>>;
  readonly types: readonly StoredType[];
}

/** An image type of a distribution on an architecture. */
export interface LibraryImageType {
  /** The image library's name, such as `qcow2`. */
  readonly name: string;
  readonly aliases: readonly string[];
  readonly supported: readonly string[];
  readonly required: readonly string[];
  readonly bootMode: StoredType['boot_mode'];
  readonly filename: string;
}

/** Types by name, under `distribution/architecture`. */
const readImageTypes = (): ReadonlyMap<string, ReadonlyMap<string, LibraryImageType>> => {
  const file = join(import.meta.dirname, '../data/image-types.json');
  const { options, types } = JSON.parse(readFileSync(file, 'utf8')) as Stored;
  const placed = types.flatMap(({ name, aliases = [], options: list, required = [], ...rest }) => {
    const type = { name, aliases, supported: options[list]?.split(' ') ?? [], required, filename: rest.filename };
    const places = Object.entries(rest.in).flatMap(([architecture, distributions]) =>
      distributions.split(' ').map((distribution) => `${distribution}/${architecture}`),
    );
    return places.map((place) => ({ place, type: { ...type, bootMode: rest.boot_mode } }));
  });
  const byPlace = Map.groupBy(placed, ({ place }) => place);
  return new Map([...byPlace].map(([place, of]) => [place, new Map(of.map(({ type }) => [type.name, type]))]));
};

const IMAGE_TYPES = readImageTypes();
const DISTRIBUTIONS = new Set([...IMAGE_TYPES.keys()].map((place) => place.replace(/\/.*/, '')));

/** Composer's names of image types in requests, with the library's; other names are the same. */
const LIBRARY_NAMES: Readonly<Record<string, string>> = {
  ...{ aws: 'ami', 'aws-rhui': 'ec2', 'aws-ha-rhui': 'ec2-ha', 'aws-sap-rhui': 'ec2-sap', 'aws-cvm': 'ec2-cvm' },
  ...{ azure: 'vhd', gcp: 'gce', 'gcp-rhui': 'gce-rhui', 'guest-image': 'qcow2' },
  ...{ vsphere: 'vmdk', 'vsphere-ova': 'ova', 'edge-commit': 'rhel-edge-commit' },
  ...{ 'edge-container': 'rhel-edge-container', 'edge-installer': 'rhel-edge-installer' },
};

/** System and version of a name such as `rhel-9.6`, `rhel-96` or `fedora-43`, as a number that orders releases. */
const releaseOf = (name: string): readonly [system: string, release: number] | null => {
  const [, system, digits = '', minor] = /^([a-z]+)-(\d+)(?:\.(\d+))?/.exec(name) ?? [];
  if (system === undefined) return null;
  const [, major = digits, joined = minor ?? '0'] = (system === 'rhel' && /^([89])(\d)$/.exec(digits)) || [];
  return [system, Number(major) * 100 + Number(joined)];
};

/** The distribution itself, or the closest release of its system: composer has more releases than the data. */
const closest = (distribution: string): string | null => {
  if (DISTRIBUTIONS.has(distribution)) return distribution;
  const release = releaseOf(distribution);
  if (release === null) return null;
  const distances = [...DISTRIBUTIONS].flatMap((name) => {
    const other = releaseOf(name);
    return other?.[0] === release[0] ? [{ name, distance: Math.abs(other[1] - release[1]) }] : [];
  });
  return distances.sort((one, other) => one.distance - other.distance)[0]?.name ?? null;
};

/** Every distribution and architecture of the data. */
export function knownPlaces(): readonly { readonly distribution: string; readonly architecture: string }[] {
  return [...IMAGE_TYPES.keys()].sort(new Intl.Collator('en', { numeric: true }).compare).map((place) => {
    const [distribution = '', architecture = ''] = place.split('/');
    return { distribution, architecture };
  });
}

/** Image types of a distribution of composer on an architecture, by the image library's name. */
export function imageTypesOf(distribution: string, architecture: string): ReadonlyMap<string, LibraryImageType> {
  return IMAGE_TYPES.get(`${closest(distribution)}/${architecture}`) ?? new Map<string, LibraryImageType>();
}

/** An image type by its name in requests to composer, its library name or an alias. */
export function findImageType(distribution: string, architecture: string, name: string): LibraryImageType | null {
  const types = imageTypesOf(distribution, architecture);
  const library = LIBRARY_NAMES[name] ?? name;
  return types.get(library) ?? types.values().find(({ aliases }) => aliases.includes(library)) ?? null;
}
