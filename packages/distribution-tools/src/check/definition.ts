import {
  architecturesOf,
  validateDefinition,
  type ArchitectureDefinition,
  type Definition,
  type RepositoryDefinition,
} from '../definition.ts';
import type { DistributionDirectory } from '../directory.ts';
import { readPublicKeys } from '../openpgp.ts';
import type { ContractFacts } from './contract.ts';
import { repeated, type IssueReporter } from './issue.ts';

const listOf = (value: string | readonly string[] | null | undefined): string[] =>
  value === null || value === undefined ? [] : [value].flat();

const bare = (fingerprint: string): string => fingerprint.replaceAll(' ', '').toUpperCase();

const checkKeys = (repository: RepositoryDefinition, field: string, { error, warning }: IssueReporter): void => {
  const { gpgkey, check_gpg, gpgkey_url, gpgkey_fingerprints } = repository;
  const fingerprints = listOf(gpgkey_fingerprints).map(bare);
  if (listOf(gpgkey_url).length > 0 !== fingerprints.length > 0) {
    error(`${field}/gpgkey_url`, 'needs gpgkey_fingerprints beside it, and the other way round');
  }
  if (!gpgkey) {
    if (check_gpg) {
      warning(
        `${field}/gpgkey`,
        'is not there, though packages are to be verified (npm run distributions:keys fetches it)',
      );
    }
    return;
  }
  try {
    const keys = readPublicKeys(Buffer.from(gpgkey));
    const missing = fingerprints.filter((fingerprint) => keys.every((key) => key.fingerprint !== fingerprint));
    if (missing.length > 0) error(`${field}/gpgkey`, `holds no key ${missing.join(', ')}`);
  } catch (problem) {
    error(`${field}/gpgkey`, `is no public key: ${(problem as Error).message}`);
  }
};

const checkRepositories = (
  { repositories, image_types }: ArchitectureDefinition,
  field: string,
  issues: IssueReporter,
): void => {
  const list = repositories ?? [];
  const { error } = issues;
  for (const { text, index, first } of repeated(list.map(({ id }) => id))) {
    error(
      `${field}/repositories/${index}/id`,
      `${JSON.stringify(text)} is also that of /${first}, and names the lists of both`,
    );
  }
  const addresses = list.map(({ baseurl, metalink }) => (baseurl ?? metalink ?? '').replace(/\/$/, ''));
  for (const { index, first, text } of repeated(addresses)) {
    if (text !== '') error(`${field}/repositories/${index}`, `has the same address as /${first}`);
  }
  list.forEach((repository, index) => {
    const own = `${field}/repositories/${index}`;
    const sources = [repository.baseurl, repository.metalink].filter((source) => typeof source === 'string');
    if (sources.length !== 1) error(own, 'must have either baseurl or metalink: the service knows no other address');
    const tags = repository.image_type_tags ?? [];
    tags.forEach((tag, at) => {
      if (!image_types?.includes(tag)) {
        error(`${own}/image_type_tags/${at}`, `${JSON.stringify(tag)} is no image type of the architecture`);
      }
    });
    checkKeys(repository, own, issues);
  });
};

const checkImageType = (type: string, field: string, facts: ContractFacts, { error, warning }: IssueReporter): void => {
  if (facts.imageTypes.has(type)) return;
  if (facts.otherImageTypes.has(type)) {
    warning(field, `${JSON.stringify(type)} is built, but no request can name it: the contract does not have it`);
  } else {
    error(field, `${JSON.stringify(type)} is no image type of the contract`);
  }
};

const checkArchitecture = (
  name: string,
  architecture: ArchitectureDefinition,
  facts: ContractFacts,
  issues: IssueReporter,
): void => {
  const { error, warning } = issues;
  const field = `/${name}`;
  const types = architecture.image_types ?? [];
  const images = architecture.bootc ?? [];
  types.forEach((type, index) => checkImageType(type, `${field}/image_types/${index}`, facts, issues));
  for (const { text, index, first } of repeated(types)) {
    error(`${field}/image_types/${index}`, `${JSON.stringify(text)} is listed before, at /${first}`);
  }
  images.forEach(({ type }, index) => checkImageType(type, `${field}/bootc/${index}/type`, facts, issues));
  for (const { index, first } of repeated(images.map(({ type, reference }) => `${type} ${reference}`))) {
    error(`${field}/bootc/${index}`, `is the same as /${first}`);
  }
  if (types.length > 0 && (architecture.repositories ?? []).length === 0) {
    error(`${field}/repositories`, 'is empty, and the image types need packages');
  }
  if (types.length === 0 && images.length === 0) warning(field, 'offers neither image types nor bootc images');
  checkRepositories(architecture, field, issues);
};

/**
 * Checks a definition.
 * @returns the definition, `null` for something of another shape
 */
export function checkDefinition(
  json: unknown,
  directory: DistributionDirectory,
  facts: ContractFacts,
  issues: IssueReporter,
): Definition | null {
  const { error, warning } = issues;
  const problems = validateDefinition(json);
  for (const { field, message, isUnknownMember } of problems) (isUnknownMember ? warning : error)(field, message);
  if (problems.some(({ isUnknownMember }) => !isUnknownMember)) return null;
  const definition = json as Definition;
  const { name } = definition.distribution;
  if (name !== directory.name) {
    error('/distribution/name', `${JSON.stringify(name)} is not the name of the directory, ${directory.name}`);
  }
  const architectures = architecturesOf(definition);
  if (architectures.length === 0) error('', 'has no architecture');
  for (const [architecture, content] of architectures) checkArchitecture(architecture, content, facts, issues);
  return definition;
}
