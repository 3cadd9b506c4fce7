-- Callers' days by day and not by caller: what a batch of a live stream changes is on a few pages instead of
-- one for every caller, and the single days of a leaderboard are read one after the other.
CREATE TABLE r_day_by_day (
  org TEXT NOT NULL,
  day INTEGER NOT NULL,
  caller TEXT NOT NULL,
  team TEXT NOT NULL,
  connected INTEGER NOT NULL,
  missed INTEGER NOT NULL,
  declined INTEGER NOT NULL,
  talk_s INTEGER NOT NULL,
  clarity_sum INTEGER NOT NULL,
  clarity_n INTEGER NOT NULL,
  proficiency_sum INTEGER NOT NULL,
  proficiency_n INTEGER NOT NULL,
  volume_sum INTEGER NOT NULL,
  volume_n INTEGER NOT NULL,
  positive INTEGER NOT NULL,
  neutral INTEGER NOT NULL,
  negative INTEGER NOT NULL,
  hist BLOB,
  PRIMARY KEY (org, day, caller, team)
) WITHOUT ROWID;
INSERT INTO r_day_by_day (org, day, caller, team, connected, missed, declined, talk_s, clarity_sum, clarity_n,
    proficiency_sum, proficiency_n, volume_sum, volume_n, positive, neutral, negative, hist)
  SELECT org, day, caller, team, connected, missed, declined, talk_s, clarity_sum, clarity_n,
    proficiency_sum, proficiency_n, volume_sum, volume_n, positive, neutral, negative, hist
  FROM r_day ORDER BY org, day, caller, team;
DROP TABLE r_day;
ALTER TABLE r_day_by_day RENAME TO r_day;
