-- Before an old key-encryption key leaves the key file, nobody may be about to write something that it wraps. Until the
-- transaction ends that asks for it, no data key and no secret is written; reading goes on.
CREATE FUNCTION hold_wrapped_keys_still() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    LOCK TABLE data_keys, webhook_secret IN SHARE MODE;
END
$$;
REVOKE ALL ON FUNCTION hold_wrapped_keys_still FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hold_wrapped_keys_still TO throughline_work;
