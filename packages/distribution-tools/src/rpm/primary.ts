import type { Evr } from './version.ts';
import { readXml } from './xml.ts';

/** A package of a repository. */
export interface RpmPackage {
  readonly name: string;
  readonly arch: string;
  readonly evr: Evr;
  readonly summary: string;
  /** Names of what it provides; empty unless requested. */
  readonly provides: readonly string[];
}

/**
 * Reads `primary.xml`, and yields one package after the other.
 * @throws Error when the document is malformed, or is no list of packages
 */
export async function readPrimary(
  document: AsyncIterable<Uint8Array>,
  onPackage: (found: RpmPackage) => void,
  options: { readonly provides?: boolean } = {},
): Promise<void> {
  let name = '';
  let arch = '';
  let summary = '';
  let evr: Evr | null = null;
  let provides: string[] = [];
  await readXml(document, {
    open: (path, attributes) => {
      const element = path[path.length - 1];
      if (path.length === 1 && element !== 'metadata') throw new Error(`holds <${element}>, no list of packages`);
      if (path.length === 2 && element === 'package') {
        name = arch = summary = '';
        evr = null;
        provides = [];
      } else if (path.length === 3 && element === 'version') {
        const { epoch = '0', ver = '', rel = '' } = attributes;
        evr = { epoch, version: ver, release: rel };
      } else if (path.length === 5 && options.provides === true && path[3] === 'rpm:provides') {
        provides.push(attributes['name'] ?? '');
      }
    },
    close: (path, text) => {
      const element = path[path.length - 1];
      if (path.length === 3) {
        if (element === 'name') name = text;
        else if (element === 'arch') arch = text;
        else if (element === 'summary') summary = text;
      } else if (path.length === 2 && element === 'package') {
        if (name === '' || arch === '' || evr === null) {
          throw new Error(`holds a package without ${name === '' ? 'name' : arch === '' ? 'arch' : 'version'}`);
        }
        onPackage({ name, arch, evr, summary, provides });
      }
    },
  });
}
