-- Events in partitions: what there is stays where it is and becomes the first, later years get their own.
-- Tried on PostgreSQL 15 as docs/scale.md tells; change the year. Make a backup first.

-- 1. While people work.
CREATE UNIQUE INDEX CONCURRENTLY event_before_id ON referrals_event (id, at);
ALTER TABLE referrals_event ADD CONSTRAINT event_before CHECK (at < '2028-01-01') NOT VALID;
ALTER TABLE referrals_event VALIDATE CONSTRAINT event_before;

-- 2. In one transaction, which waits for nobody longer than five seconds: run it again if it gives up.
BEGIN;
SET LOCAL lock_timeout = '5s';
ALTER TABLE referrals_event DROP CONSTRAINT referrals_event_pkey;
ALTER TABLE referrals_event ADD CONSTRAINT event_before_pkey PRIMARY KEY USING INDEX event_before_id;
ALTER TABLE referrals_event RENAME TO event_before;
ALTER INDEX event_timeline RENAME TO event_before_timeline;
ALTER INDEX event_about RENAME TO event_before_about;
ALTER INDEX event_by_person RENAME TO event_before_by_person;
CREATE TABLE referrals_event (LIKE event_before INCLUDING DEFAULTS) PARTITION BY RANGE (at);
ALTER TABLE referrals_event
  ADD CONSTRAINT referrals_event_pkey PRIMARY KEY (id, at),
  ADD CONSTRAINT event_by_somebody CHECK (by_id IS NOT NULL OR kind::text = 'reminder_risen'),
  ADD FOREIGN KEY (child_id) REFERENCES referrals_child DEFERRABLE INITIALLY DEFERRED,
  ADD FOREIGN KEY (organization_id) REFERENCES referrals_organization DEFERRABLE INITIALLY DEFERRED,
  ADD FOREIGN KEY (by_id) REFERENCES referrals_user DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX event_timeline ON referrals_event (child_id, at DESC, id DESC);
CREATE INDEX event_about ON referrals_event (about, at DESC, id DESC);
CREATE INDEX event_by_person ON referrals_event (by_id, at DESC, id DESC);
CREATE INDEX ON referrals_event (child_id);
CREATE INDEX ON referrals_event (organization_id);
CREATE INDEX ON referrals_event (by_id);
ALTER TABLE referrals_event ATTACH PARTITION event_before FOR VALUES FROM (MINVALUE) TO ('2028-01-01');
CREATE TABLE event_2028 PARTITION OF referrals_event
  FOR VALUES FROM ('2028-01-01') TO ('2029-01-01');
-- Whatever no year is there for: nothing is ever refused. Made empty again before a year is added over it.
CREATE TABLE event_other PARTITION OF referrals_event DEFAULT;
COMMIT;
