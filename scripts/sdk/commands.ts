import { spawn, spawnSync } from 'node:child_process';

/** A program failed. The message is the end of its output. */
export class CommandFailedError extends Error {}

/** Lines of the output in the message of a failure. */
const LAST_LINES = 40;

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Runs a program to its end and gives what it wrote. @throws CommandFailedError */
export async function runCommand(
  program: string,
  args: readonly string[],
  { cwd, env }: CommandOptions = {},
): Promise<string> {
  const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  const code = await new Promise<number | string | null>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (status, signal) => resolve(status ?? signal));
  });
  if (code === 0) return output;
  const end = output.trimEnd().split('\n').slice(-LAST_LINES).join('\n');
  throw new CommandFailedError(`${program} ${args.join(' ')} ended with ${code}\n${end}`);
}

/** Whether a program is installed and prints its version. */
export function hasProgram(program: string): boolean {
  // Go has a subcommand instead of an option.
  const { status } = spawnSync(program, [program === 'go' ? 'version' : '--version'], { stdio: 'ignore' });
  return status === 0;
}
