import { connectInspector } from '../support/inspector.ts';
import type { CpuProfile } from './profile.ts';

/** Microseconds between two samples. */
const INTERVAL = 200;

/** Takes a processor profile of a process while something else runs. */
export const profileWhile = async (port: number, work: () => Promise<unknown>): Promise<CpuProfile> => {
  const inspector = await connectInspector(port);
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
