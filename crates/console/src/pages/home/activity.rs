//! Pictures of what happened: by the hour, and by the day.

use crate::language::Texts;
use crate::picture::{Bar, CalendarWords, Day, Frame, bars, calendar as draw_calendar};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use muster_store::Timestamp;
use muster_store::journal::ActivityHour;
use std::collections::BTreeMap;

const HOUR: i64 = 3_600;
/// So many hours are in a chart.
const HOURS: i64 = 24;
/// So many days before today are in the calendar.
const DAYS: i64 = 181;

/// Requests by the hour, of the last day.
pub(super) fn requests_chart(texts: &Texts, hours: &[ActivityHour], now: Timestamp) -> String {
    let title = texts.say("chart-requests");
    chart(texts, hours, now, &title, |hour| (all(hour), hour.failed + hour.tokens_refused))
}

/// Tokens issued by the hour, of the last day.
pub(in crate::pages) fn tokens_chart(texts: &Texts, hours: &[ActivityHour], now: Timestamp) -> String {
    let title = texts.say("chart-tokens");
    chart(texts, hours, now, &title, |hour| (hour.tokens + hour.tokens_refused, hour.tokens_refused))
}

fn chart(
    texts: &Texts,
    hours: &[ActivityHour],
    now: Timestamp,
    title: &str,
    count: impl Fn(&ActivityHour) -> (i64, i64),
) -> String {
    let this = now.seconds().div_euclid(HOUR);
    let mut columns = vec![(0_i64, 0_i64); usize::try_from(HOURS).unwrap_or_default()];
    for hour in hours {
        let age = this - hour.hour.seconds().div_euclid(HOUR);
        let Some(column) = usize::try_from(HOURS - 1 - age).ok().and_then(|at| columns.get_mut(at)) else {
            continue;
        };
        let (value, bad) = count(hour);
        *column = (column.0 + value, column.1 + bad);
    }
    let bars_of: Vec<Bar> = columns
        .iter()
        .zip(this - HOURS + 1..)
        .map(|((value, bad), hour)| {
            let label = format!("{:02}:00", hour.rem_euclid(24));
            Bar {
                title: format!("{label} UTC: {value}"),
                label,
                value: value.unsigned_abs(),
                bad: bad.unsigned_abs(),
            }
        })
        .collect();
    let total: i64 = columns.iter().map(|(value, _)| value).sum();
    let description = texts.with("chart-total", "total", total);
    bars(&bars_of, &Frame { id: "chart", title, description: &description })
}

/// The last half year, a square a day.
pub(super) fn calendar(texts: &Texts, hours: &[ActivityHour], now: Timestamp) -> String {
    let mut days: BTreeMap<Date, (i64, i64)> = BTreeMap::new();
    for hour in hours {
        let Some(date) = date_of(hour.hour) else { continue };
        let day = days.entry(date).or_default();
        *day = (day.0 + all(hour), day.1 + hour.failed + hour.tokens_refused);
    }
    let most = days.values().map(|(value, _)| *value).max().unwrap_or_default().max(1);
    let shown: Vec<Day> = (0..=DAYS)
        .rev()
        .filter_map(|age| date_of(Timestamp::from_seconds(now.seconds() - age * 86_400)))
        .map(|date| {
            let (value, bad) = days.get(&date).copied().unwrap_or_default();
            day(texts, date, value, bad, most)
        })
        .collect();
    let (months, weekdays) = (texts.say("calendar-months"), texts.say("calendar-weekdays"));
    let words = CalendarWords { months: words(&months), weekdays: words(&weekdays) };
    let title = texts.say("calendar-title");
    let description = texts.say("calendar-text");
    draw_calendar(&shown, &Frame { id: "calendar", title: &title, description: &description }, &words)
}

fn day(texts: &Texts, date: Date, value: i64, bad: i64, most: i64) -> Day {
    let level = match (value, value * 4 / most) {
        (0, _) => 0,
        (_, quarter) => u8::try_from(quarter).unwrap_or(4).clamp(1, 4),
    };
    let (requests, failed) = (value.into(), bad.into());
    Day {
        date: (i32::from(date.year()), date.month().unsigned_abs(), date.day().unsigned_abs()),
        weekday: date.weekday().to_monday_zero_offset().unsigned_abs(),
        level,
        bad: bad > 0,
        title: texts.with_all(
            "calendar-day",
            [("day", date.to_string().into()), ("requests", requests), ("failed", failed)],
        ),
    }
}

fn all(hour: &ActivityHour) -> i64 {
    let changes = hour.created + hour.updated + hour.disabled + hour.restored + hour.deleted;
    hour.tokens + hour.tokens_refused + hour.reads + changes + hour.failed
}

fn date_of(at: Timestamp) -> Option<Date> {
    let time = jiff::Timestamp::from_microsecond(at.micros()).ok()?;
    Some(TimeZone::UTC.to_datetime(time).date())
}

/// Words that stand in one text, one after the other.
fn words<const N: usize>(text: &str) -> [&str; N] {
    let mut all = [""; N];
    for (place, word) in all.iter_mut().zip(text.split_whitespace()) {
        *place = word;
    }
    all
}
