-- What happened of one kind, newest first: restores that really were made, among everything else that is recorded.
CREATE INDEX ledger_type ON plimsoll.ledger (type, sequence);
