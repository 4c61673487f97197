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
  --replace fedora-45=fedora-46 --replace f45=f46 --fingerprint D924B10D3E810DABDD8B56B596E7E91491211FCE
\`\`\`

This adds a directory with the definition of the distribution that it resembles, its name in the contract, and its row in the table
above. [\`distributions.md\`](distributions.md#adding-a-distribution) describes the options, and what is left to do.`;

const NOT_OFFERED = `## Distributions that composer has and the contract lacks

A definition needs four facts: composer's name, its image types with what they take, the repositories, and their key. These are
missing:

| distribution | composer's name | image types | repositories | key in \`distribution-gpg-keys\` 1.123 |
| --- | --- | --- | --- | --- |
| Fedora 46 | \`fedora-46\` | **missing**: those of Fedora 43 to 45 are recorded | **missing**: until the release branches, packages are in rawhide, not at the addresses of a release | \`D924B10D3E810DABDD8B56B596E7E91491211FCE\` |
| AlmaLinux 10 | \`almalinux-10.N\`, with the minor release | **missing** | **missing** for each minor release | \`EE6DB7B98F5BF5EDD9DA0DE5DEE5C11CC2A1E572\` |
| AlmaLinux 9, 8 | \`almalinux-9.N\`, \`almalinux-8.N\` | **missing** | **missing** for each minor release | \`BF18AC2876178908D6E71267D36CB86CB86B3716\`, \`5E9B8F5617B5066CE92057C3488FCF7C3ABB34F8\` |
| AlmaLinux Kitten 10 | \`almalinux_kitten-10\` | **missing** | **missing** | that of AlmaLinux 10 |
| Rocky Linux 10, 9, 8 | \`rocky-10.N\`, \`rocky-9.N\`, \`rocky-8.N\`, in newer revisions of the image library | **missing** | **missing** for each minor release | \`FC226859C0860BF0DDB95B085B106C736FEDFC85\`, \`21CB256AE16FC54C6E652949702D426D350D275D\`, \`7051C470A929F454CEBE37B715AF5DAC6D745A60\` |
| CentOS Stream 8 | \`centos-8\` | **missing** | closed in 2024 | |
| RHEL 7 | \`rhel-7.N\` | **missing** | need an entitlement | the published contract begins with RHEL 8 |

Composer answers to \`GET /distributions/{distro}\` with the image types and what they take, and refuses a distribution that it lacks
with error 4. Once it knows one of these, the command above adds it. The service reads the answer: no table of image types has to
change, except that of the sandbox, which uses the closest release.`;

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
