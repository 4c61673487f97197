-- Requests of an organization in the window that runs, by class. Unlogged: counting a request is no reason to wait for the disk,
-- and counts that a crash or a failover loses begin anew. Names and order of the columns are those of rate-limiter-flexible.
CREATE UNLOGGED TABLE rate_limits (
  key varchar PRIMARY KEY,
  points integer NOT NULL DEFAULT 0,
  -- Milliseconds since 1970.
  expire bigint
) WITH (fillfactor = 50);
