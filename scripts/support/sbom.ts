// The bill of materials of the service: what `npm ci --omit=dev --omit=optional` installs, by the lockfile.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../src/lib/root.ts';

interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
  readonly link?: boolean;
}

interface Lockfile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

/** A document of CycloneDX, as far as it is used here. */
export interface Sbom {
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly serialNumber: string;
  readonly metadata: { readonly timestamp?: string };
  readonly components: readonly { readonly name: string; readonly version: string; readonly purl: string }[];
}

const parse = <T>(name: string): T => JSON.parse(readFileSync(join(ROOT, name), 'utf8')) as T;

const PRODUCTION_MANIFEST = ['name', 'version', 'description', 'license', 'type', 'engines', 'dependencies'];

const withoutDevelopment = (manifest: object): object =>
  Object.fromEntries(Object.entries(manifest).filter(([name]) => PRODUCTION_MANIFEST.includes(name)));

/** Packages that production installs, by their path. */
export function productionPackages(): ReadonlyMap<string, LockedPackage> {
  const { packages } = parse<Lockfile>('package-lock.json');
  const isProduction = ([path, { dev, optional, devOptional, link }]: [string, LockedPackage]): boolean =>
    path.startsWith('node_modules/') && !(dev || optional || devOptional || link);
  return new Map(Object.entries(packages).filter(isProduction));
}

/** The SHA-256 of the lockfile, in hexadecimal. */
export function lockfileHash(): string {
  return createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
}

/** A UUID that depends on a hash alone: equal lockfiles have equal bills. */
const uuidOf = (hash: string): string =>
  hash.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, (_all, a, b, c, d, e) => `${a}-${b}-8${c}-8${d}-${e}`);

/**
 * Makes the bill of materials, in CycloneDX.
 * @param timestamp when the sources were committed, `null` where that is unknown
 */
export function makeSbom(timestamp: string | null): Sbom {
  // npm leaves out packages that tools need as well, so it gets a project without tools.
  const work = mkdtempSync(join(tmpdir(), 'image-builder-sbom-'));
  try {
    const lockfile = parse<Lockfile>('package-lock.json');
    const manifest = withoutDevelopment(parse('package.json'));
    // npm gives the component the name of its directory.
    const directory = join(work, parse<{ name: string }>('package.json').name);
    mkdirSync(directory);
    const packages = { '': manifest, ...Object.fromEntries(productionPackages()) };
    writeFileSync(join(directory, 'package.json'), JSON.stringify(manifest));
    writeFileSync(join(directory, 'package-lock.json'), JSON.stringify({ ...lockfile, packages }));
    const options = ['--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--package-lock-only'];
    const text = execFileSync('npm', ['sbom', ...options], { cwd: directory, encoding: 'utf8', maxBuffer: 2 ** 26 });
    const { metadata, ...sbom } = JSON.parse(text) as Sbom;
    const { timestamp: _now, ...rest } = metadata;
    return {
      ...sbom,
      serialNumber: `urn:uuid:${uuidOf(lockfileHash())}`,
      metadata: { ...(timestamp === null ? {} : { timestamp }), ...rest },
    };
  } finally {
    rmSync(work, { recursive: true });
  }
}
