// The provenance of a build: which files it made, of which sources and packages. An in-toto statement with a predicate of SLSA; who
// builds for others signs it.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { lockfileHash, productionPackages } from './sbom.ts';

interface Resource {
  readonly name?: string;
  readonly uri?: string;
  readonly digest: Readonly<Record<string, string>>;
}

/** An in-toto statement, version 1. */
export interface Statement {
  readonly _type: string;
  readonly subject: readonly Resource[];
  readonly predicateType: string;
  readonly predicate: {
    readonly buildDefinition: {
      readonly buildType: string;
      readonly externalParameters: Readonly<Record<string, unknown>>;
      readonly internalParameters: Readonly<Record<string, unknown>>;
      readonly resolvedDependencies: readonly Resource[];
    };
    readonly runDetails: {
      readonly builder: { readonly id: string };
      readonly metadata: { readonly startedOn: string; readonly finishedOn: string };
    };
  };
}

export interface BuildRun {
  /** Of the sources, `null` where that is unknown. */
  readonly commit: string | null;
  /** Whether the sources differ from the commit. */
  readonly modified: boolean;
  /** A URI of the machine or pipeline. */
  readonly builder: string;
  readonly startedOn: Date;
  readonly finishedOn: Date;
}

const seconds = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;

const filesOf = (directory: string): readonly Resource[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort()
    .map((path) => ({
      name: `${basename(directory)}/${relative(directory, path)}`,
      digest: { sha256: createHash('sha256').update(readFileSync(path)).digest('hex') },
    }));

/** The packages of production, each with the hash that npm compares when it installs them. */
const packagesOf = (): readonly Resource[] =>
  [...productionPackages()].map(([path, { version, integrity = '' }]) => {
    const name = path.replace(/^.*node_modules\//, '');
    const [, algorithm = '', hash = ''] = /^(sha\d+)-(\S+)/.exec(integrity) ?? [];
    return {
      uri: `pkg:npm/${name.replace('@', '%40')}@${version}`,
      digest: { [algorithm]: Buffer.from(hash, 'base64').toString('hex') },
    };
  });

/** Makes the statement about the files of a directory. */
export function makeProvenance(directory: string, run: BuildRun): Statement {
  const { commit, modified, builder, startedOn, finishedOn } = run;
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: filesOf(directory),
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'urn:image-builder-api:npm-run-build:v1',
        externalParameters: { command: 'npm run build', commit },
        internalParameters: { node: process.version, modified },
        resolvedDependencies: [
          ...(commit === null ? [] : [{ name: 'sources', digest: { gitCommit: commit } }]),
          { name: 'package-lock.json', digest: { sha256: lockfileHash() } },
          ...packagesOf(),
        ],
      },
      runDetails: {
        builder: { id: builder },
        metadata: { startedOn: seconds(startedOn), finishedOn: seconds(finishedOn) },
      },
    },
  };
}
