// Which queries share a statement: every statement costs a round trip and a plan, every change a commit that waits for the disk.
import {
  reservationKey,
  reserveTogether,
  wantedBuilds,
  type QuotaLimit,
  type Reservation,
  type ReservationDetails,
  type WantedBuilds,
} from './build-reservations.ts';
import {
  findComposeStatuses,
  recordFinalStatuses,
  recordMetadataOf,
  type ComposeAddress,
  type ComposeContent,
  type ComposeEnd,
  type ComposeWithStatus,
} from './compose-statuses.ts';
import {
  insertCompose,
  listComposes,
  storeAcceptedBuilds,
  type AcceptedBuild,
  type NewCompose,
  type Page,
} from './composes.ts';
import type { DatabaseAccess } from './database.ts';
import { joinCalls, joinTurns, shareAnswers } from './joined.ts';

/** Reads by id that go into one statement. */
const READ_TOGETHER = 100;

/** Reservations, and accepted builds, of one organization that go into one statement. */
const RESERVED_TOGETHER = 50;
const STORED_TOGETHER = 25;

/** What is learned of builds at the same time and goes into one statement: of metadata fewer, which may be long. */
const ENDS_TOGETHER = 50;
const CONTENTS_TOGETHER = 10;

/** Characters from which on a request, or a build, goes alone. */
const LARGE_REQUEST = 256 * 1024;

/** Those of one organization wait for one another in the database: what comes while one is under way goes together. */
const joinReservations = ({
  use,
}: DatabaseAccess): ((
  orgId: string,
  wanted: number,
  limit: QuotaLimit | null,
  details?: ReservationDetails,
) => Promise<Reservation>) => {
  const reserve = joinTurns<WantedBuilds, Reservation>(
    reservationKey,
    (calls) => use((db) => reserveTogether(db, calls)),
    RESERVED_TOGETHER,
  );
  return async (orgId, wanted, limit, details = {}) => {
    const call = wantedBuilds(orgId, wanted, limit, details);
    if (call.request.length < LARGE_REQUEST) return reserve(call);
    const [reservation] = await use((db) => reserveTogether(db, [call]));
    return reservation as Reservation;
  };
};

/** Where one of them cannot be stored none is, and each is judged by itself. */
const joinStores = ({
  use,
}: DatabaseAccess): ((compose: NewCompose, reservationId: string | null) => Promise<void>) => {
  const storeTogether = joinTurns<AcceptedBuild, boolean | 'alone'>(
    ({ orgId }) => orgId,
    (builds) => {
      const stored = use((db) => storeAcceptedBuilds(db, builds));
      return builds.length === 1 ? stored : stored.catch(() => builds.map(() => 'alone'));
    },
    STORED_TOGETHER,
  );
  const storeAlone = async (build: AcceptedBuild): Promise<boolean> =>
    (await use((db) => storeAcceptedBuilds(db, [build])))[0] ?? false;
  const store = async (build: AcceptedBuild): Promise<boolean> => {
    // Without a reservation nobody could tell whether a statement was carried out whose answer is lost.
    const isAlone = build.reservationId === null || build.text.length >= LARGE_REQUEST;
    const stored = isAlone ? 'alone' : await storeTogether(build);
    return stored === 'alone' ? storeAlone(build) : stored;
  };
  return (compose, reservationId) => use((db) => insertCompose(db, compose, reservationId, store));
};

/** Queries of which several share a statement. */
export const joinQueries = (access: DatabaseAccess) => {
  const { use } = access;
  // Many want to know how their builds are, and most of them at the same time.
  const findComposeStatus = joinCalls<ComposeAddress, ComposeWithStatus | null>(
    ({ orgId, jobId }) => `${jobId} ${orgId}`,
    (calls) => use((db) => findComposeStatuses(db, calls)),
    READ_TOGETHER,
  );
  const recordFinalStatus = joinTurns<ComposeEnd, boolean>(
    () => 'ends',
    (ends) => use((db) => recordFinalStatuses(db, ends)),
    ENDS_TOGETHER,
  );
  const recordMetadata = joinTurns<ComposeContent, undefined>(
    () => 'contents',
    async (contents) => {
      await use((db) => recordMetadataOf(db, contents));
      return contents.map(() => undefined);
    },
    CONTENTS_TOGETHER,
  );
  return {
    findComposeStatus: (orgId: string, jobId: string) => findComposeStatus({ orgId, jobId }),
    reserveBuilds: joinReservations(access),
    insertCompose: joinStores(access),
    recordFinalStatus: (jobId: string, status: string, imageStatus: string) =>
      recordFinalStatus({ jobId, status, imageStatus }),
    recordMetadata: (jobId: string, metadata: string) => recordMetadata({ jobId, metadata }),
    listComposes: shareAnswers((orgId: string, ignored: readonly string[], page: Page) =>
      use((db) => listComposes(db, orgId, ignored, page)),
    ),
  };
};
