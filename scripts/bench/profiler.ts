import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectInspector } from '../support/inspector.ts';
import { show, type Bench } from './context.ts';
import { loadSide, type Side } from './measure.ts';
import { summariseProfile, type CpuProfile } from './profile.ts';
import type { StartSettings } from './stage.ts';
import { profileTable } from './tables.ts';

/** Microseconds between two samples. */
const INTERVAL = 200;

/** Where the service's inspector listens while it is profiled. */
const PORT = 19_229;

/** How the service is started so that it can be profiled; nothing special where that is not wanted. */
export function inspectorOf({ options }: Bench): StartSettings {
  return options.profile === null ? {} : { nodeOptions: [`--inspect=127.0.0.1:${PORT}`] };
}

/** Takes a processor profile of a process while something else runs. */
const profileWhile = async (work: () => Promise<unknown>): Promise<CpuProfile> => {
  const inspector = await connectInspector(PORT);
  try {
    await inspector.call('Profiler.enable');
    await inspector.call('Profiler.setSamplingInterval', { interval: INTERVAL });
    await inspector.call('Profiler.start');
    await work();
    const { profile } = (await inspector.call('Profiler.stop')) as { profile: CpuProfile };
    return profile;
  } finally {
    inspector.close();
  }
};

/** One more load, under the profiler, when that is wanted: writes the profile, and shows where the time goes. */
export async function profileRow(
  { load, options, signal }: Bench,
  name: string,
  side: Side,
  connections: number,
): Promise<void> {
  if (options.profile === null) return;
  const { seconds } = options;
  // Its cost is not measured: the profiler itself takes a fifth of a processor, so there is no rest.
  const profile = await profileWhile(() => loadSide(load, side, { connections, seconds }, signal));
  await mkdir(options.profile, { recursive: true });
  await writeFile(join(options.profile, `${name}.cpuprofile`), JSON.stringify(profile));
  await show(`Where the time of ${name} goes:\n\n${profileTable(summariseProfile(profile))}`);
}
