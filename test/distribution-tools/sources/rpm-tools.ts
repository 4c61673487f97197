// Repositories made by the tools that distributions use themselves. Debian has them in createrepo-c, rpm, dnf and xz-utils.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from 'mocha';

type Tool = 'createrepo_c' | 'modifyrepo_c' | 'rpm' | 'rpmbuild' | 'dnf' | 'xz' | 'oscap';

const found = new Map<Tool, boolean>();

const isThere = (tool: Tool): boolean => {
  if (!found.has(tool)) {
    try {
      execFileSync(tool, ['--version'], { stdio: 'ignore' });
      found.set(tool, true);
    } catch (error) {
      // A tool that does not know the option is there as well.
      found.set(tool, (error as NodeJS.ErrnoException).code !== 'ENOENT');
    }
  }
  return found.get(tool) === true;
};

/** Says loudly that a test tests nothing, and skips it, where a tool is not installed. */
export const needTools = (context: Context, ...tools: readonly Tool[]): void => {
  const missing = tools.filter((tool) => !isThere(tool));
  if (missing.length === 0) return;
  console.warn(`      NOT TESTED: there is no ${missing.join(', ')} here`);
  context.skip();
};

/** A package to build; what it lacks is of no importance. */
export interface PackageSpec {
  readonly name: string;
  readonly epoch?: number;
  readonly version: string;
  readonly release?: string;
  /** `src` for a source package. */
  readonly arch?: string;
  readonly summary?: string;
  readonly provides?: string;
}

const specText = ({ name, epoch, version, release = '1', arch, summary, provides }: PackageSpec): string =>
  [
    `Name: ${name}`,
    ...(epoch === undefined ? [] : [`Epoch: ${epoch}`]),
    `Version: ${version}`,
    `Release: ${release}`,
    `Summary: ${summary ?? `${name} ${epoch ?? 0}:${version}-${release}`}`,
    'License: MIT',
    ...(provides === undefined ? [] : [`Provides: ${provides}`]),
    ...(arch === 'noarch' ? ['BuildArch: noarch'] : []),
    '%description',
    `What ${name} is.`,
    '%files',
    '',
  ].join('\n');

/** Builds packages, each empty but for what it says about itself, into a directory. */
export const buildPackages = (directory: string, specs: readonly PackageSpec[]): void => {
  const work = `${directory}.build`;
  mkdirSync(work, { recursive: true });
  mkdirSync(directory, { recursive: true });
  const byTarget = Map.groupBy(specs, ({ arch = 'x86_64' }) => (arch === 'noarch' ? 'x86_64' : arch));
  for (const [target, all] of byTarget) {
    const files = all.map((spec, index) => {
      const file = join(work, `${target}-${index}.spec`);
      writeFileSync(file, specText(spec));
      return file;
    });
    const defines = { _topdir: work, _rpmdir: directory, _srcrpmdir: directory };
    const options = Object.entries(defines).flatMap(([name, value]) => ['--define', `${name} ${value}`]);
    const what = target === 'src' ? ['-bs'] : ['-bb', '--target', target];
    execFileSync('rpmbuild', [...what, '--quiet', '--nodeps', ...options, ...files], { stdio: 'ignore' });
  }
};

/** Makes the metadata of a directory of packages. */
export const createRepository = (directory: string, ...options: readonly string[]): void => {
  mkdirSync(directory, { recursive: true });
  execFileSync('createrepo_c', ['--quiet', '--no-database', ...options, directory], { stdio: 'ignore' });
};

/** Adds a file to the metadata of a repository. */
export const addMetadata = (directory: string, type: string, file: string): void => {
  const options = ['--compress-type=xz', `--mdtype=${type}`, file, join(directory, 'repodata')];
  execFileSync('modifyrepo_c', options, { stdio: 'ignore' });
};

/** What rpm makes of pairs of versions: -1, 0 or 1 for each. */
export const compareByRpm = (directory: string, pairs: readonly (readonly [string, string])[]): number[] => {
  const file = join(directory, 'pairs');
  writeFileSync(file, pairs.map((pair) => `${pair.join(' ')}\n`).join(''));
  const loop = 'local a, b = line:match("(%S+) (%S+)") print(rpm.vercmp(a, b) .. "\\n")';
  const output = execFileSync('rpm', ['--eval', `%{lua: for line in io.lines("${file}") do ${loop} end}`], {
    encoding: 'utf8',
  });
  return output.split('\n').filter(Boolean).map(Number);
};

/** The newest packages of a repository as dnf sees them: names with summaries. */
export const listByDnf = (repository: string, work: string): [name: string, summary: string][] => {
  const settings = {
    cachedir: join(work, 'cache'),
    reposdir: '/dev/null',
    module_platform_id: 'platform:el9',
  };
  const options = Object.entries(settings).map(([name, value]) => `--setopt=${name}=${value}`);
  const output = execFileSync(
    'dnf',
    [
      ...[
        '-q',
        `--installroot=${join(work, 'root')}`,
        '--disablerepo=*',
        `--repofrompath=tested,file://${repository}`,
        '--enablerepo=tested',
        '--releasever=9',
      ],
      ...options,
      ...['repoquery', '--latest-limit=1', '--arch=x86_64,noarch', '--qf', '%{name}\t%{summary}'],
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const lines = output.split('\n').filter((line) => line.includes('\t'));
  return lines.map((line) => line.split('\t') as [string, string]).sort();
};
