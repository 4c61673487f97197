import { invalid, type ServiceError } from '../../lib/errors.ts';
import type { ComposerDirectory, ComposerFile, Customizations } from './types.ts';

type PublicFile = NonNullable<Customizations['files']>[number];
type PublicDirectory = NonNullable<Customizations['directories']>[number];

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Stricter than Node's decoder, which ignores invalid characters. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const decode = (data: string, path: string, index: number): string => {
  const refusal = (problem: string): ServiceError =>
    invalid({
      detail: `file "${path}": data is not ${problem}`,
      code: 'body.invalid',
      ...{ pointer: `/customizations/files/${index}/data`, takes: 'UTF-8 text in base64' },
    });
  const compact = data.replace(/[\r\n]/g, '');
  if (!BASE64.test(compact)) throw refusal('base64 (standard alphabet, with padding)');
  try {
    return utf8.decode(Buffer.from(compact, 'base64'));
  } catch {
    throw refusal('UTF-8 text');
  }
};

const owner = ({ user, group }: PublicFile | PublicDirectory) => ({
  ...(user === undefined ? {} : { user }),
  ...(group === undefined ? {} : { group }),
});

/** Translates a file; base64 data is decoded. @param index of the file @throws ServiceError `invalid` naming the file */
export function toComposerFile(file: PublicFile, index = 0): ComposerFile {
  const { path, mode, data, data_encoding, ensure_parents = false } = file;
  return {
    path,
    ...(mode === undefined ? {} : { mode }),
    ...owner(file),
    ...(data === undefined ? {} : { data: data_encoding === 'base64' ? decode(data, path, index) : data }),
    ensure_parents,
  };
}

/** Translates a directory. */
export function toComposerDirectory(directory: PublicDirectory): ComposerDirectory {
  const { path, mode, ensure_parents = false } = directory;
  return { path, ...(mode === undefined ? {} : { mode }), ...owner(directory), ensure_parents };
}
