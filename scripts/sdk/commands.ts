import { spawn, spawnSync } from 'node:child_process';

/** A program that ended with a failure. The message is the end of what it said. */
export class CommandFailed extends Error {}

/** Lines of a failed program's output that are told. */
const LAST_LINES = 40;

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Runs a program to its end and gives what it wrote. @throws CommandFailed */
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
  throw new CommandFailed(`${program} ${args.join(' ')} ended with ${code}\n${end}`);
}

/** Whether a program is on this machine, and says so when asked for its version. */
export function hasProgram(program: string): boolean {
  // Go has a word for it, and so has nobody else.
  const { status } = spawnSync(program, [program === 'go' ? 'version' : '--version'], { stdio: 'ignore' });
  return status === 0;
}
