-- `previous` holds in the view of one grant; under another it is asked anew, so that no receiver is told of an event
-- that it never got and cannot get. Whoever has what waits tried now also ends the rest that the receiver asked for.

ALTER TABLE webhook_delivery ADD COLUMN grant_id uuid;
ALTER TABLE webhook_checkpoint ADD COLUMN grant_id uuid;
COMMENT ON COLUMN webhook_delivery.grant_id IS 'in whose view `previous` was found; null: not known';
COMMENT ON COLUMN webhook_checkpoint.grant_id IS 'in whose view `previous` was found; null: not known';
GRANT UPDATE (rests_until) ON webhook_checkpoint TO throughline_app;
