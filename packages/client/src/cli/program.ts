import { Argument, Command, CommanderError } from 'commander';
import { VERSION } from '../version.ts';
import { addBlueprintsCommands } from './commands/blueprints.ts';
import { addComposeCommand } from './commands/compose.ts';
import { addComposesCommands } from './commands/composes.ts';
import { addEventsCommand } from './commands/events.ts';
import { addQuotaCommand } from './commands/quota.ts';
import { addWaitCommand } from './commands/wait.ts';
import { candidatesFor, COMPLETE, completionScript, SHELLS } from './completion.ts';
import { describeFailure, EXIT, EXIT_HELP, exitCodeOf, failureJson } from './failures.ts';
import type { Io } from './io.ts';
import { LOCAL, urlOf, type GlobalOptions } from './session.ts';

const ENVIRONMENT_HELP = `
Environment: IMAGE_BUILDER_URL, IMAGE_BUILDER_IDENTITY, IMAGE_BUILDER_TOKEN stand for the options of these names.`;

const addCompletion = (program: Command, io: Io): void => {
  program
    .command('completion')
    .description('print the completion script of a shell')
    .addArgument(new Argument('<shell>', 'shell').choices(SHELLS))
    .action((shell: string) => io.out(completionScript(shell)));
};

function createProgram(io: Io): Command {
  const program = new Command('image-builder')
    .description('Builds operating-system images with the Image Builder API.')
    .version(VERSION)
    .option('--url <address>', `address of the API, version included (default: ${LOCAL})`)
    .option('--identity <header>', 'identity header: JSON, its base64, or @FILE')
    .option('--token <token>', 'bearer token, or @FILE')
    .option('--json', 'print JSON')
    .option('--strict', 'have requests refused that the service does not understand completely')
    .option('--retries <number>', 'attempts after the first one, where repeating is safe', '3')
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(--help shows the options)')
    .addHelpText('after', EXIT_HELP + ENVIRONMENT_HELP);
  addComposeCommand(program, io);
  addWaitCommand(program, io);
  addComposesCommands(program, io);
  addBlueprintsCommands(program, io);
  addEventsCommand(program, io);
  addQuotaCommand(program, io);
  addCompletion(program, io);
  return program;
}

/** Runs the program. @param words arguments, without the name of the program. @returns the exit code */
export async function run(words: readonly string[], io: Io): Promise<number> {
  const program = createProgram(io);
  const [first, ...unfinished] = words;
  // Not a command: its words are those of other commands, options included.
  if (first === COMPLETE) {
    for (const candidate of candidatesFor(program, unfinished)) io.out(`${candidate}\n`);
    return EXIT.success;
  }
  try {
    await program.parseAsync([...words], { from: 'user' });
    return EXIT.success;
  } catch (error) {
    // commander has printed its message, or the help.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.success : EXIT.usage;
    if (io.signal.aborted) return EXIT.interrupted;
    const given = program.opts<GlobalOptions>();
    if (given.json) io.out(`${JSON.stringify(failureJson(error), null, 2)}\n`);
    io.err(`${describeFailure(error, urlOf(given, io))}\n`);
    return exitCodeOf(error);
  }
}
