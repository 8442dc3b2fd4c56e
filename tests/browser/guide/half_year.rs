//! Half a year of a quiet server, for the pictures of home: Entra comes every forty minutes, people work from Monday to Friday.

use crate::support::{Application, Server, now};

/// Writes it behind the server's back, in the place of what the test itself did.
pub(super) fn pass(server: &Server, organization: &str, application: &Application) {
    let organization = format!("(SELECT key FROM organizations WHERE name = '{organization}')");
    let (id, now) = (&application.client_id, now());
    let hour = now / 3_600;
    server.database.execute(&format!(
        "WITH RECURSIVE
           ages (age) AS (SELECT 1 UNION ALL SELECT age + 1 FROM ages WHERE age < 24 * 160),
           hours (age, hour, dice, mood) AS (
             SELECT age, {hour} - age, ({hour} - age) * ({hour} - age) * 31 % 97, ({hour} - age) / 24 * 7919 % 11 FROM ages),
           work (hour, dice, much) AS (
             SELECT hour, dice, CASE WHEN (hour / 24 + 3) % 7 < 5 AND hour % 24 BETWEEN 6 AND 18
               THEN dice * (mood + 3) / 12 ELSE 0 END FROM hours)
         INSERT OR REPLACE INTO activity_hours
           SELECT {organization}, '{id}', hour * 3600000000, hour * 3600000000 + 2520000000,
             1 + hour % 2, 0, 6 + dice % 5 + much, much / 23, much / 9, much / 41, much / 67, much / 73,
             CASE WHEN dice = 75 AND much > 60 THEN 2 ELSE 0 END, 0
           FROM work;
         DELETE FROM cycles;
         WITH RECURSIVE
           ages (age) AS (SELECT 0 UNION ALL SELECT age + 1 FROM ages WHERE age < 9),
           rows (began, dice, age) AS (SELECT ({now} - 140 - age * 2407) * 1000000, (age * age * 13 + 5) % 17, age FROM ages)
         INSERT INTO cycles
           (organization_key, application_id, began_at, last_at, requests, created, updated, disabled, restored, deleted, failed)
           SELECT {organization}, '{id}', began, began + (4 + dice) * 1000000, 12 + dice * 3, dice / 6, dice / 2, dice / 9,
             dice / 12, dice / 15, CASE age WHEN 0 THEN 1 ELSE 0 END
           FROM rows;"
    ));
}
