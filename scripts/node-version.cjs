// Loaded by the npm scripts before their program. It runs on any Node, so it ends with a line that helps where Node is too old.
const wanted = require('../package.json').engines.node.replace('>=', '');
const major = Number(process.versions.node.split('.')[0]);
if (major < Number(wanted.split('.')[0])) {
  console.error(
    'Node ' +
      wanted +
      ' or later is needed, and this is ' +
      process.versions.node +
      ': run "npm ci" without --ignore-scripts, which installs it for this project, or install Node ' +
      wanted +
      '.',
  );
  process.exit(1);
}
