-- A delivery that somebody asked for names the request, so that a long stretch can be queued piece by piece.

ALTER TABLE webhook_delivery ADD COLUMN request_id uuid, ADD COLUMN stored_name text;
CREATE INDEX webhook_delivery_request ON webhook_delivery (request_id, position) WHERE request_id IS NOT NULL;
COMMENT ON COLUMN webhook_delivery.stored_name IS 'of a test event: which type it pretends to be';
