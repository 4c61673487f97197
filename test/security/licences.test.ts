// What production runs on can be shipped under the Apache License 2.0.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import satisfies from 'spdx-satisfies';

const ROOT = join(import.meta.dirname, '../..');

/** Licences that ask for no more than to be named. */
const COMPATIBLE = [
  ...['Apache-2.0', 'MIT', 'MIT-0', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0'],
  ...['CC0-1.0', 'Unlicense', 'Zlib', 'Python-2.0', 'PSF-2.0'],
];

interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
}

interface Manifest {
  readonly license?: string | { readonly type?: string };
  readonly licenses?: readonly { readonly type?: string }[];
}

const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, LockedPackage>>;
};

const production = Object.entries(lock.packages).filter(
  ([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional,
);

/** What a package says of its licence: where it is installed, else in the lockfile. */
const licenceOf = (path: string, locked: LockedPackage): string => {
  const file = join(ROOT, path, 'package.json');
  if (!existsSync(file)) return locked.license ?? '';
  const { license, licenses } = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  if (typeof license === 'string') return license;
  return license?.type ?? licenses?.map(({ type }) => type).join(' OR ') ?? '';
};

const isCompatible = (licence: string): boolean => {
  try {
    return satisfies(licence, COMPATIBLE);
  } catch {
    return false;
  }
};

describe('the licences of production packages', () => {
  it('are known for all of them, which are in the lockfile with what they depend on', () => {
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      dependencies: Readonly<Record<string, string>>;
    };
    expect(production.map(([path]) => path)).to.include.members(
      Object.keys(dependencies).map((name) => `node_modules/${name}`),
    );
    expect(production.filter(([path, locked]) => licenceOf(path, locked) === '')).to.deep.equal([]);
  });

  it('are compatible with ours', () => {
    const others = production
      .map(([path, locked]) => `${path.replace(/.*node_modules\//, '')}@${locked.version}: ${licenceOf(path, locked)}`)
      .filter((_, index) => !isCompatible(licenceOf(...(production[index] as [string, LockedPackage]))));
    expect(others).to.deep.equal([]);
  });

  for (const [licence, compatible] of [
    ['MIT', true],
    ['(MIT OR GPL-3.0-only)', true],
    ['(MIT AND BSD-3-Clause)', true],
    ['(MIT AND GPL-3.0-only)', false],
    ['GPL-2.0-or-later', false],
    ['AGPL-3.0-only', false],
    ['LGPL-3.0-only', false],
    ['SSPL-1.0', false],
    ['BUSL-1.1', false],
    ['UNLICENSED', false],
    ['SEE LICENSE IN LICENSE.md', false],
    ['', false],
  ] as const) {
    it(`would ${compatible ? '' : 'not '}be if one were "${licence}"`, () => {
      expect(isCompatible(licence)).to.equal(compatible);
    });
  }
});
