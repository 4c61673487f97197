// npm run config: prints the settings in force by the names of their variables, with secrets masked.
import { ConfigError, loadLocalEnv, readConfig, settingsInForce } from '../src/config/index.ts';

try {
  const env = loadLocalEnv(process.cwd(), process.env);
  console.log(JSON.stringify(settingsInForce(env), null, 2));
  const { misspelt, unused } = readConfig(env);
  for (const name of unused) process.stderr.write(`${name} has no effect\n`);
  for (const { name, nearest } of misspelt)
    process.stderr.write(`${name} has no effect: use ${nearest} if it is misspelt\n`);
} catch (error) {
  process.stderr.write(
    `${error instanceof ConfigError ? error.message : `configuration: ${(error as Error).message}`}\n`,
  );
  process.exit(1);
}
