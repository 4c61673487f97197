import { invalid } from '../../lib/errors.ts';
import type { ComposerDirectory, ComposerFile, Customizations } from './types.ts';

type PublicFile = NonNullable<Customizations['files']>[number];
type PublicDirectory = NonNullable<Customizations['directories']>[number];

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Four characters a group, padded; Node's decoder would take almost anything. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** @throws ServiceError `invalid` naming the file, when its data is no base64 of UTF-8 text */
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

/** A file as composer takes it: always plain text. */
export function toComposerFile(file: PublicFile): ComposerFile {
  const { path, mode, data, data_encoding, ensure_parents = false } = file;
  return {
    path,
    ...(mode === undefined ? {} : { mode }),
    ...owner(file),
    ...(data === undefined ? {} : { data: data_encoding === 'base64' ? decode(data, path) : data }),
    ensure_parents,
  } as ComposerFile;
}

/** A directory as composer takes it. */
export function toComposerDirectory(directory: PublicDirectory): ComposerDirectory {
  const { path, mode, ensure_parents = false } = directory;
  return { path, ...(mode === undefined ? {} : { mode }), ...owner(directory), ensure_parents } as ComposerDirectory;
}
