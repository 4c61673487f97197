// Reads composes with the client that typescript-fetch makes: node typescript-fetch.js ADDRESS ID…
import { ComposeApi, Configuration, UploadStatusOptionsToJSON } from './index';

const [, , basePath, ...ids] = process.argv;

const main = async (): Promise<void> => {
  const composes = new ComposeApi(new Configuration({ basePath }));
  for (const composeId of ids) {
    const { status, uploadStatus } = (await composes.getComposeStatus({ composeId })).imageStatus;
    console.log(status, JSON.stringify(UploadStatusOptionsToJSON(uploadStatus?.options)));
  }
};

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
