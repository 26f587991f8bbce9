-- Keys and search terms are added, and later deleted or left: the server need not look through them again whenever a
-- fifth, or for its statistics a tenth, has been added. They are found by their whole key alone; deleted keys are cleaned
-- up after as always.
alter table key set (autovacuum_vacuum_insert_threshold = -1, autovacuum_analyze_scale_factor = 1);
alter table search_key set (autovacuum_vacuum_insert_scale_factor = 1, autovacuum_analyze_scale_factor = 1);
