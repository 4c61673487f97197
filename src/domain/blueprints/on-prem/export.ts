import { stringify } from 'smol-toml';
import { omit } from '../../../lib/members.ts';
import type { Omission } from '../../redaction/omissions.ts';
import type { BlueprintContent } from '../content.ts';
import { NO_EQUIVALENT, Report, type Remark } from './codec.ts';
import { DOCUMENT } from './members.ts';

/** What a TOML document is made of. */
export interface ExportedBlueprint {
  readonly name: string;
  readonly description: string | null;
  readonly version: number;
  readonly content: Pick<BlueprintContent, 'distribution' | 'bootc' | 'customizations'> & {
    readonly image_requests: readonly { readonly snapshot_date?: string }[];
  };
}

/** Names that composer-cli accepts. */
const NAME = /^[\w.-]+$/;

/** `rhel-94` is `rhel-9.4` for composer-cli. */
const distroOf = (distribution: string): string => distribution.replace(/^rhel-([89])(\d)$/, 'rhel-$1.$2');

/** Tables with a name each; `undefined` without texts. */
const tables = (texts: readonly string[] = [], nameOf: (text: string) => string): object[] | undefined =>
  texts.length === 0 ? undefined : texts.map((text) => ({ name: nameOf(text) }));

const documentOf = (blueprint: ExportedBlueprint, report: Report): object => {
  const { name, description, version, content } = blueprint;
  const { distribution, bootc, customizations, image_requests: images } = content;
  const { packages = [] } = customizations;
  if (bootc !== undefined) report.addLost('/bootc', NO_EQUIVALENT);
  if (images[0]?.snapshot_date !== undefined) report.addLost('/image_requests/0/snapshot_date', NO_EQUIVALENT);
  const [groups, names] = [true, false].map((isGroup) => packages.filter((text) => text.startsWith('@') === isGroup));
  const converted = DOCUMENT.write(
    {
      name,
      distro: distribution === undefined ? undefined : distroOf(distribution),
      packages: tables(names, (text) => text),
      groups: tables(groups, (text) => text.slice(1)),
      customizations: omit(customizations, 'packages', 'enabled_modules', 'containers'),
    },
    '',
    report,
  ) as object;
  // Their pointers are those of the hosted blueprint.
  const { enabled_modules: modules, containers } = customizations;
  const beside = DOCUMENT.write({ name, enabled_modules: modules, containers }, '/customizations', report) as object;
  const { name: _name, ...rest } = { ...beside, ...converted } as Record<string, unknown>;
  return { name, description: description ?? '', version: `0.0.${version}`, ...rest };
};

/** Lines that begin a document: what it lacks, and a name that composer-cli refuses. */
const commentOf = ({ name }: ExportedBlueprint, omitted: readonly Remark[]): string => {
  const lines = omitted.map(({ pointer, detail }) => `#   ${pointer}: ${detail}`);
  return [
    ...(lines.length === 0 ? [] : ['# This file lacks parts of the blueprint:', ...lines, '']),
    ...(NAME.test(name) ? [] : ['# composer-cli takes letters, digits, ".", "_" and "-" in a name: change it.', '']),
  ]
    .map((line) => `${line}\n`)
    .join('');
};

/**
 * Writes a blueprint as TOML for composer-cli.
 * @param secrets parts that the content does not have any more
 * @returns the text, which begins with comments about what it lacks, and the same as a list
 */
export function exportToml(
  blueprint: ExportedBlueprint,
  secrets: readonly Omission[],
): { readonly toml: string; readonly omitted: readonly Remark[] } {
  const report = new Report();
  const document = documentOf(blueprint, report);
  const removed = secrets.map(({ pointer, reason }) => ({
    pointer,
    detail: `left out: ${reason.replaceAll('_', ' ')}`,
  }));
  const omitted = [...removed, ...report.lost];
  return { toml: commentOf(blueprint, omitted) + stringify(document), omitted };
}
