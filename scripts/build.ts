// npm run build: the service in a few files, as the container image runs it. `npm start` and everything else runs the sources.
import { BUNDLE, bundleService } from './support/bundle.ts';

console.log(`built ${await bundleService(BUNDLE)}`);
