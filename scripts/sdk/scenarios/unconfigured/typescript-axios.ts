// Reads composes with the client that typescript-axios makes: node typescript-axios.js ADDRESS ID…
import { ComposeApi, Configuration } from './index';

const [, , basePath, ...ids] = process.argv;

const main = async (): Promise<void> => {
  const composes = new ComposeApi(new Configuration({ basePath }));
  for (const id of ids) {
    const { status, upload_status } = (await composes.getComposeStatus(id)).data.image_status;
    console.log(status, JSON.stringify(upload_status?.options));
  }
};

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
