import type { Command } from 'commander';

const NAME = 'image-builder';

/** First word of the calls of the shells. */
export const COMPLETE = '__complete';

/** Each shell calls the program with the words of the line, the last of which may be unfinished. */
const SCRIPTS: Readonly<Record<string, string>> = {
  bash: `_image_builder() {
  local IFS=$'\\n'
  COMPREPLY=($(${NAME} ${COMPLETE} "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _image_builder ${NAME}
`,
  // The file is the body of the function _image-builder when zsh loads it, at the first completion; `source` only defines.
  zsh: `#compdef ${NAME}
_image_builder() {
  local -a candidates
  candidates=("\${(@f)$(${NAME} ${COMPLETE} "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "$candidates" ]]; then compadd -- $candidates; else _files; fi
}
compdef _image_builder ${NAME}
if [[ "$funcstack[1]" == _image-builder ]]; then _image_builder "$@"; fi
`,
  // Names of files where the program has no candidates, as in the other shells.
  fish: `function __image_builder
  set -l candidates (${NAME} ${COMPLETE} (commandline -opc)[2..-1] (commandline -ct | string collect --allow-empty) 2>/dev/null)
  if test (count $candidates) -gt 0
    printf '%s\\n' $candidates
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c ${NAME} -f -a '(__image_builder)'
`,
};

export const SHELLS: readonly string[] = Object.keys(SCRIPTS);

/** The completion script of a shell. */
export function completionScript(shell: string): string {
  return SCRIPTS[shell] ?? '';
}

/**
 * What can follow on a command line.
 * @param words after the name of the program; the last one is being written, and may be empty
 */
export function candidatesFor(program: Command, words: readonly string[]): string[] {
  const unfinished = words.at(-1) ?? '';
  let command = program;
  for (const word of words.slice(0, -1)) {
    if (word.startsWith('-')) continue;
    command = command.commands.find((one) => one.name() === word) ?? command;
  }
  const previous = words.at(-2) ?? '';
  const options = [...command.options, ...program.options].filter((option) => !option.hidden);
  const pending = options.find(
    ({ long, short, required, optional }) => [long, short].includes(previous) && (required || optional),
  );
  const all = pending
    ? (pending.argChoices ?? [])
    : unfinished.startsWith('-')
      ? [...options.map(({ long }) => long ?? ''), '--help']
      : [
          ...command.commands.map((one) => one.name()),
          ...command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
        ];
  return [...new Set(all)].filter((candidate) => candidate !== '' && candidate.startsWith(unfinished));
}
