// How much of the published document a program reads for one operation, against the original's document.
import { operationsOf, type OpenApiDocument } from '../generate/document.ts';

/** Characters of the original's operations, references resolved, without any prose. */
const ORIGINAL_STRUCTURE: Readonly<Record<string, number>> = {
  getVersion: 257,
  getReadiness: 215,
  getOpenapiJson: 156,
  getDistributions: 914,
  getDistribution: 3_776,
  getArchitectures: 1_751,
  getBlueprints: 1_016,
  createBlueprint: 11_391,
  updateBlueprint: 11_151,
  getBlueprint: 11_216,
  deleteBlueprint: 333,
  exportBlueprint: 9_307,
  composeBlueprint: 979,
  getBlueprintComposes: 12_212,
  getComposes: 11_806,
  getComposeStatus: 12_042,
  deleteCompose: 70,
  getComposeMetadata: 640,
  composeImage: 11_237,
  getPackages: 1_855,
  getOscapProfiles: 1_194,
  getOscapCustomizations: 7_781,
  getOscapCustomizationsForPolicy: 7_790,
  recommendPackage: 634,
  fixupBlueprint: 96,
};

/** The original's prose is not recorded: with it, one read of `getBlueprints` has 2,180 characters instead of 1,016. */
const ORIGINAL_PROSE = 2_180 / 1_016;

export interface OperationSize {
  readonly operationId: string;
  /** Characters of the operation as compact JSON, references resolved. */
  readonly characters: number;
  /** The same of the original's document, estimated for all operations but `getBlueprints`. */
  readonly original: number;
}

const targetOf = (document: object, reference: string): unknown =>
  reference
    .split('/')
    .slice(1)
    .reduce<unknown>((at, key) => (at as Readonly<Record<string, unknown>>)[key.replaceAll('~1', '/')], document);

const resolve = (document: object, value: unknown, within: readonly string[] = []): unknown => {
  if (Array.isArray(value)) return value.map((one) => resolve(document, one, within));
  if (typeof value !== 'object' || value === null) return value;
  if ('$ref' in value && typeof value.$ref === 'string') {
    if (within.includes(value.$ref)) return value;
    return resolve(document, targetOf(document, value.$ref), [...within, value.$ref]);
  }
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolve(document, one, within)]));
};

/** The sizes of all operations that the original has, in document order. */
export function operationSizes(document: OpenApiDocument): readonly OperationSize[] {
  return operationsOf(document).flatMap(({ operation }) => {
    const structure = ORIGINAL_STRUCTURE[operation.operationId];
    if (structure === undefined) return [];
    const characters = JSON.stringify(resolve(document, operation)).length;
    return [{ operationId: operation.operationId, characters, original: Math.round(structure * ORIGINAL_PROSE) }];
  });
}

/** One line of the sizes: the sum. */
export function totalSize(sizes: readonly OperationSize[]): OperationSize {
  const sum = (of: (one: OperationSize) => number): number => sizes.reduce((total, one) => total + of(one), 0);
  return { operationId: 'all', characters: sum((one) => one.characters), original: sum((one) => one.original) };
}
