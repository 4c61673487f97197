// The contract, the directory of distributions and composer's image types → docs/coverage.md.
import { join } from 'node:path';
import { format } from 'prettier';
import { parse } from 'yaml';
import { findImageType, imageTypesOf, knownPlaces } from '../../packages/sandbox/src/image-types.ts';
import { loadDistributions, type Distribution } from '../../src/domain/distributions/registry.ts';
import { ARCHITECTURES } from '../../src/domain/distributions/definition.ts';

const INTRODUCTION = `# Distributions, architectures and image types

What this service offers, and what composer could build besides. The facts about composer are those of the image library
osbuild/images, revision 1146ec23, which composer is built on. \`npm run generate\` makes this page from the contract, from
\`distributions/\` and from \`packages/sandbox/data/image-types.json\`.`;

const ADDING = `## Adding a distribution

\`\`\`sh
npm run distributions:add -- fedora-46 --like fedora-45 --description 'Fedora Linux 46' \\
  --replace fedora-45=fedora-46 --replace f45=f46 --fingerprint FINGERPRINT
\`\`\`

This adds a directory with the definition of the distribution that it resembles, its name in the contract, and its row in the table
above. [\`distributions.md\`](distributions.md#adding-a-distribution) describes the options, and what is left to do.`;

const NOT_OFFERED = `## Distributions that composer has and the contract lacks

| distribution | why it is not offered |
| --- | --- |
| Fedora 46 | its keys are not published in the package of keys that this repository is made from |
| AlmaLinux 10, AlmaLinux Kitten 10 | the image library has them; neither repositories nor keys for a definition are recorded here |
| CentOS Stream 8 | its repositories were closed in 2024 |
| RHEL 7 | the published contract begins with RHEL 8 |

Rocky Linux is not a distribution of that revision of the image library: composer would refuse it with error 4.`;

interface Contract {
  readonly components: { readonly schemas: Readonly<Record<string, { readonly enum: readonly string[] }>> };
}

const enumOf = ({ components }: Contract, schema: string): readonly string[] => components.schemas[schema]?.enum ?? [];

const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

const offered = (name: string, all: readonly Distribution[]): readonly string[] => {
  const distribution = all.find(({ key }) => key === name);
  if (!distribution) return [`\`${name}\``, 'no data', '', '', ''];
  const types = ARCHITECTURES.map((architecture) => distribution.architectures.get(architecture)?.imageTypes ?? []);
  return [`\`${name}\``, distribution.description, `\`${distribution.nameAtComposer}\``, ...types.map(code)];
};

/** Image types of the library that no name of the contract stands for, with the distributions that have them. */
const otherTypes = (names: readonly string[]): readonly (readonly string[])[] => {
  const found = new Map<string, Set<string>>();
  for (const { distribution, architecture } of knownPlaces()) {
    if (!(ARCHITECTURES as readonly string[]).includes(architecture)) continue;
    const reachable = new Set(names.map((name) => findImageType(distribution, architecture, name)?.name));
    for (const type of imageTypesOf(distribution, architecture).keys())
      if (!reachable.has(type)) found.set(type, (found.get(type) ?? new Set()).add(distribution));
  }
  return [...found].sort().map(([type, distributions]) => [`\`${type}\``, code([...distributions])]);
};

const otherArchitectures = (): readonly (readonly string[])[] => {
  const others = knownPlaces().filter(
    ({ architecture }) => !(ARCHITECTURES as readonly string[]).includes(architecture),
  );
  return [...Map.groupBy(others, ({ architecture }) => architecture)]
    .sort()
    .map(([architecture, places]) => [`\`${architecture}\``, code(places.map(({ distribution }) => distribution))]);
};

/** @param contract the contract of the service, as YAML @param root the repository */
export async function coveragePage(contract: string, root: string): Promise<string> {
  const document = parse(contract) as Contract;
  const { all } = loadDistributions(join(root, 'distributions'));
  const rows = enumOf(document, 'Distributions').map((name) => offered(name, all));
  const text = [
    INTRODUCTION,
    '## Distributions',
    table(['name', 'distribution', 'at composer', ...ARCHITECTURES.map((name) => `image types, ${name}`)], rows),
    ADDING,
    NOT_OFFERED,
    '## Image types that composer has and the contract lacks',
    table(['image type', 'distributions'], otherTypes(enumOf(document, 'ImageTypes'))),
    '## Architectures that composer has and the contract lacks',
    table(['architecture', 'distributions'], otherArchitectures()),
  ].join('\n\n');
  return format(text, { parser: 'markdown', printWidth: 132 });
}
