import { invalid } from '../../lib/errors.ts';
import type { ComposerDirectory, ComposerFile, Customizations } from './types.ts';

type PublicFile = NonNullable<Customizations['files']>[number];
type PublicDirectory = NonNullable<Customizations['directories']>[number];

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Stricter than Node's decoder, which ignores invalid characters. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const decode = (data: string, path: string): string => {
  const compact = data.replace(/[\r\n]/g, '');
  if (!BASE64.test(compact)) throw invalid(`file "${path}": data is not base64 (standard alphabet, with padding)`);
  try {
    return utf8.decode(Buffer.from(compact, 'base64'));
  } catch {
    throw invalid(`file "${path}": data is not UTF-8 text`);
  }
};

const owner = ({ user, group }: PublicFile | PublicDirectory) => ({
  ...(user === undefined ? {} : { user }),
  ...(group === undefined ? {} : { group }),
});

/** Translates a file; base64 data is decoded. @throws ServiceError `invalid` naming the file */
export function toComposerFile(file: PublicFile): ComposerFile {
  const { path, mode, data, data_encoding, ensure_parents = false } = file;
  return {
    path,
    ...(mode === undefined ? {} : { mode }),
    ...owner(file),
    ...(data === undefined ? {} : { data: data_encoding === 'base64' ? decode(data, path) : data }),
    ensure_parents,
  };
}

/** Translates a directory. */
export function toComposerDirectory(directory: PublicDirectory): ComposerDirectory {
  const { path, mode, ensure_parents = false } = directory;
  return { path, ...(mode === undefined ? {} : { mode }), ...owner(directory), ensure_parents };
}
