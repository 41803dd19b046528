-- What lists, the safety meter and the pump ask of the operations that wait, and which were received last, comes from these
-- indexes alone: behind the bodies in the table every row costs several pages to be deciphered.
DROP INDEX op_pending;
CREATE INDEX op_pending ON op (case_id, seq, state, hold, paused, next_at_ms, made_at_ms)
    WHERE state IN ('waiting', 'sending');
CREATE INDEX op_received ON op (received_at_ms DESC, seq DESC) WHERE state = 'received';
