-- Receipt and notice numbers are looked for here. `case_search` holds what was typed, and needs no change when a case is
-- submitted, received or accepted.
CREATE INDEX case_by_number ON case_ (local_receipt, receipt_number, notice_number);
