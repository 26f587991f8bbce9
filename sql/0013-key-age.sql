-- Expired keys are found by their age. Rows come in the order of time and go in the order of time, so a summary of each
-- range of pages is enough: it costs nothing for each key that comes in, and the sweep reads old ranges only.
create index if not exists key_at on key using brin (at) with (pages_per_range = 32, autosummarize = on);
