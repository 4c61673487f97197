// The steps at which a process is killed: each brings a compose to that step and stops it there, from outside the process.
import type { Client } from 'pg';
import { provisionedBuildOf, buildOf } from './builds.ts';
import { createHold } from './hold.ts';
import type { ApiRequest, Reply } from './http.ts';
import { lockResponses, lockReservation } from './locks.ts';
import type { Stage } from './stage.ts';

/** A process that is killed during a request. */
export interface Trial {
  readonly stage: Stage;
  /** A connection for locks. */
  readonly sql: Client;
  /** Identifies the compose. */
  readonly marker: string;
  /** Sends a request to the process. */
  readonly send: (request: Omit<ApiRequest, 'organization'>) => Promise<Reply>;

  readonly kill: () => Promise<void>;
}

/** The state of the compose after it is reconciled; `unless shared`: in a shared tenant its outcome stays unknown. */
export type Ending =
  'nothing' | 'nothing, unless shared: unknown' | 'stored, unless shared: unknown' | 'stored' | 'deleted';

export interface Step {
  readonly name: string;
  readonly ending: Ending;
  /** Kills the process there. */
  readonly run: (trial: Trial) => Promise<void>;
}

const post = ({ send, marker }: Trial): Promise<Reply> =>
  send({ method: 'POST', path: '/compose', body: buildOf(marker), key: marker });

/** Stops the request at the gate in front of composer. @param verdict what the gate does once the process is dead */
const beforeComposer = async (trial: Trial, verdict: 'pass' | 'drop'): Promise<void> => {
  const { gate } = trial.stage;
  const hold = createHold<'pass' | 'drop'>();
  gate.rules = { build: (marker) => (marker === trial.marker ? hold.stop() : Promise.resolve('pass')) };
  void post(trial);
  await hold.arrived;
  await trial.kill();
  hold.release(verdict);
  gate.rules = {};
};

/** Holds composer's response until the work is done. */
const onResponse = async (trial: Trial, work: () => Promise<void>): Promise<void> => {
  const { gate } = trial.stage;
  const hold = createHold<undefined>();
  gate.rules = {
    response: async (marker) => {
      if (marker === trial.marker) await hold.stop();
    },
  };
  void post(trial);
  await hold.arrived;
  await work();
  hold.release(undefined);
  gate.rules = {};
};

/** Blocks the statement that stores the compose. @param isStored whether it runs once the process is dead */
const beforeStored = async (trial: Trial, isStored: boolean): Promise<void> => {
  const held = Promise.withResolvers<Awaited<ReturnType<typeof lockReservation>>>();
  await onResponse(trial, async () => held.resolve(await lockReservation(trial.sql, trial.marker)));
  const lock = await held.promise;
  await lock.awaited();
  await trial.kill();
  if (!isStored) await lock.endWaiting();
  await lock.release();
};

export const STEPS: readonly Step[] = [
  {
    ...{ name: 'not reserved, another service is called', ending: 'nothing' },
    run: async (trial) => {
      const { provisioning } = trial.stage;
      const hold = createHold<undefined>();
      provisioning.wait = hold.stop;
      void trial.send({ method: 'POST', path: '/compose', body: provisionedBuildOf(trial.marker), key: trial.marker });
      await hold.arrived;
      await trial.kill();
      hold.release(undefined);
      provisioning.wait = () => Promise.resolve();
    },
  },
  {
    ...{ name: 'recorded as sent, not at composer', ending: 'nothing, unless shared: unknown' },
    run: (trial) => beforeComposer(trial, 'drop'),
  },
  {
    ...{ name: 'recorded as sent, at composer later', ending: 'stored, unless shared: unknown' },
    run: (trial) => beforeComposer(trial, 'pass'),
  },
  {
    ...{ name: 'at composer, no response yet', ending: 'stored, unless shared: unknown' },
    run: (trial) => onResponse(trial, trial.kill),
  },
  {
    ...{ name: 'response received, not stored', ending: 'stored, unless shared: unknown' },
    run: (trial) => beforeStored(trial, false),
  },
  {
    ...{ name: 'response received, stored a moment after the death', ending: 'stored' },
    run: (trial) => beforeStored(trial, true),
  },
  {
    ...{ name: 'stored, no response to the client', ending: 'stored' },
    run: async (trial) => {
      const lock = await lockResponses(trial.sql);
      void post(trial);
      await lock.awaited();
      await trial.kill();
      await lock.endWaiting();
      await lock.release();
    },
  },
  {
    ...{ name: 'abandoned, not deleted at composer', ending: 'deleted' },
    run: async (trial) => {
      const { gate } = trial.stage;
      const hold = createHold<'pass' | 'drop'>();
      await trial.sql.query('INSERT INTO unstorable (marker) VALUES ($1)', [trial.marker]);
      gate.rules = {
        deletion: (id) => (gate.accepted.get(id) === trial.marker ? hold.stop() : Promise.resolve('pass')),
      };
      void post(trial);
      await hold.arrived;
      await trial.kill();
      hold.release('drop');
      gate.rules = {};
    },
  },
];
