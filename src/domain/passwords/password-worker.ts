// The program of a hashing thread: piscina calls its default export.
import { hashPassword } from './password-hash.ts';

export default hashPassword;
