-- Addresses that organizations have messages about their builds and blueprints sent to.
CREATE TABLE webhooks (
  id uuid PRIMARY KEY,
  org_id varchar NOT NULL,
  url varchar NOT NULL,
  description varchar NOT NULL,
  -- NULL for all types.
  event_types varchar[],
  -- What messages are signed with, encrypted.
  secret varchar NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- Since when nothing was delivered; NULL while all is well.
  failing_since timestamptz,
  disabled_at timestamptz,
  disabled_reason varchar
);
CREATE INDEX webhooks_org_id_created_at_id_idx ON webhooks (org_id, created_at, id);

-- Messages, each with what became of it. An event that is published brings those of its webhooks with it, in the same transaction.
CREATE TABLE webhook_deliveries (
  -- Known to the receiver, the same in every attempt.
  id uuid PRIMARY KEY,
  webhook_id uuid NOT NULL REFERENCES webhooks ON DELETE CASCADE,
  org_id varchar NOT NULL,
  -- NULL for a ping, as is the subject.
  event_id bigint,
  event_type varchar NOT NULL,
  subject uuid,
  data jsonb NOT NULL,
  occurred_at timestamptz NOT NULL,
  status varchar NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'failed')),
  attempts integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  attempted_at timestamptz,
  next_attempt_at timestamptz DEFAULT now(),
  -- When somebody may take it: the next attempt, or the end of the time that whoever has taken it has for his.
  due_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,
  last_status integer,
  last_error varchar
);
CREATE INDEX webhook_deliveries_due_at_idx ON webhook_deliveries (due_at) WHERE status = 'pending';
CREATE INDEX webhook_deliveries_webhook_id_due_at_idx ON webhook_deliveries (webhook_id, due_at, event_id)
  WHERE status = 'pending';
CREATE INDEX webhook_deliveries_webhook_id_created_at_idx
  ON webhook_deliveries (webhook_id, created_at DESC, event_id DESC, id DESC);
CREATE INDEX webhook_deliveries_ended_at_idx ON webhook_deliveries (ended_at) WHERE status <> 'pending';
-- One ping at a time.
CREATE UNIQUE INDEX webhook_deliveries_ping_idx ON webhook_deliveries (webhook_id)
  WHERE status = 'pending' AND event_type = 'webhook.ping';

-- As before, and puts a message on its way to every webhook that is for events of that type. Each webhook is held until the messages
-- are there: who disables or deletes it meanwhile comes before all of them, or after and finds them.
CREATE OR REPLACE FUNCTION publish_events(most integer) RETURNS integer LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  published integer;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtextextended('image-builder events', 0)) THEN
    RETURN 0;
  END IF;
  WITH taken AS (
    DELETE FROM event_outbox WHERE id IN (SELECT id FROM event_outbox ORDER BY id LIMIT most) RETURNING *
  ), told AS (
    INSERT INTO events (org_id, type, subject, data, occurred_at)
    SELECT org_id, type, subject, data, occurred_at FROM taken ORDER BY id
    RETURNING *
  ), sent AS (
    INSERT INTO webhook_deliveries (id, webhook_id, org_id, event_id, event_type, subject, data, occurred_at)
    SELECT md5(webhooks.id || ' ' || told.id)::uuid, webhooks.id, told.org_id, told.id, told.type, told.subject, told.data,
      told.occurred_at
    FROM told
    JOIN webhooks ON webhooks.org_id = told.org_id
    WHERE webhooks.disabled_at IS NULL AND (webhooks.event_types IS NULL OR told.type = ANY (webhooks.event_types))
    FOR SHARE OF webhooks
  )
  SELECT count(*) INTO published FROM told;
  IF published > 0 THEN
    NOTIFY image_builder_events;
  END IF;
  RETURN published;
END
$$;
