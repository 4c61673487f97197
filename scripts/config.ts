// npm run config: prints the configuration that the environment gives, with secrets masked.
import { ConfigError, maskSecrets, readConfig } from '../src/config.ts';
import { loadLocalEnv } from '../src/local-env.ts';

try {
  console.log(JSON.stringify(maskSecrets(readConfig(loadLocalEnv(process.cwd(), process.env))), null, 2));
} catch (error) {
  process.stderr.write(
    `${error instanceof ConfigError ? error.message : `configuration: ${(error as Error).message}`}\n`,
  );
  process.exit(1);
}
