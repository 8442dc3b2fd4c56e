DROP TABLE cycles;
DROP TABLE activity_hours;
DROP TABLE log_entries;
