import { messageOf } from './text.ts';

/**
 * Runs a command and sets the exit code of the process.
 * @param run returns whether the command succeeded; its error is printed in one line
 */
export async function runCommand(run: () => Promise<boolean>): Promise<void> {
  try {
    process.exitCode = (await run()) ? 0 : 1;
  } catch (error) {
    console.error(messageOf(error));
    process.exitCode = 1;
  }
}
