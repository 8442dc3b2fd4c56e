//! A calendar: a column is a week, a square is a day, a round one had something wrong.

use super::{Drawing, Frame, escape};

/// One day.
pub(crate) struct Day {
    /// Year, month (1 to 12), day.
    pub(crate) date: (i32, u8, u8),
    /// 0 is Monday.
    pub(crate) weekday: u8,
    /// How much there was: 0 to 4.
    pub(crate) level: u8,
    /// Whether something went wrong.
    pub(crate) bad: bool,
    /// What the pointer shows.
    pub(crate) title: String,
}

/// The short names of months and weekdays, in the reader's language.
pub(crate) struct CalendarWords<'a> {
    /// From January.
    pub(crate) months: [&'a str; 12],
    /// From Monday.
    pub(crate) weekdays: [&'a str; 7],
}

const PITCH: usize = 18;
const SIZE: usize = 15;
const LEFT: usize = 42;
const TOP: usize = 24;
/// Half a year, drawn empty when there are no days.
const EMPTY_WEEKS: usize = 26;
/// A month's name is wider than its column.
const NAME_COLUMNS: usize = 3;

/// A calendar of consecutive days, the earliest first. Half a year is what a phone shows well.
pub(crate) fn calendar(days: &[Day], frame: &Frame<'_>, words: &CalendarWords<'_>) -> String {
    let columns = columns(days);
    let weeks = columns.last().map_or(EMPTY_WEEKS, |last| last + 1);
    let (width, height) = (LEFT + weeks * PITCH, TOP + 7 * PITCH);
    let size = format!("width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\"");
    frame.around(&size, |drawing| {
        for weekday in [0, 2, 4] {
            let (x, y) = (LEFT - 8, TOP + weekday * PITCH + SIZE - 3);
            let name = escape(words.weekdays[weekday]);
            drawing.put(format_args!("<text x=\"{x}\" y=\"{y}\" text-anchor=\"end\">{name}</text>"));
        }
        months(drawing, days, &columns, words);
        for (day, column) in days.iter().zip(&columns) {
            square(drawing, day, *column);
        }
        if days.is_empty() {
            empty(drawing);
        }
    })
}

/// The week of each day, counted from the first.
fn columns(days: &[Day]) -> Vec<usize> {
    let mut column = 0;
    let mut former = None;
    days.iter()
        .map(|day| {
            if former.is_some_and(|former| day.weekday <= former) {
                column += 1;
            }
            former = Some(day.weekday);
            column
        })
        .collect()
}

/// A month's name stands above its first week, unless the next one follows too closely.
fn months(drawing: &mut Drawing, days: &[Day], columns: &[usize], words: &CalendarWords<'_>) {
    let mut starts: Vec<(usize, u8)> = Vec::new();
    for (day, column) in days.iter().zip(columns) {
        if starts.last().is_none_or(|(_, month)| *month != day.date.1) {
            starts.push((*column, day.date.1));
        }
    }
    for (index, (column, month)) in starts.iter().enumerate() {
        let crowded = starts.get(index + 1).is_some_and(|(next, _)| next - column < NAME_COLUMNS);
        let name = usize::from(*month).checked_sub(1).and_then(|month| words.months.get(month));
        if let (false, Some(name)) = (crowded, name) {
            let x = LEFT + column * PITCH;
            drawing.put(format_args!("<text x=\"{x}\" y=\"{}\">{}</text>", TOP - 8, escape(name)));
        }
    }
}

fn square(drawing: &mut Drawing, day: &Day, column: usize) {
    let (x, y) = place(column, usize::from(day.weekday.min(6)));
    let level = day.level.min(4);
    // Not by its colour alone.
    let (bad, radius) = if day.bad { (" day-bad", "7.5") } else { ("", "3") };
    let (year, month, number) = day.date;
    drawing.put(format_args!(
        "<rect class=\"day day-{level}{bad}\" x=\"{x}\" y=\"{y}\" width=\"{SIZE}\" height=\"{SIZE}\" rx=\"{radius}\" \
         data-date=\"{year:04}-{month:02}-{number:02}\"><title>{}</title></rect>",
        escape(&day.title),
    ));
}

fn empty(drawing: &mut Drawing) {
    for column in 0..EMPTY_WEEKS {
        for weekday in 0..7 {
            let (x, y) = place(column, weekday);
            drawing.put(format_args!(
                "<rect class=\"day\" x=\"{x}\" y=\"{y}\" width=\"{SIZE}\" height=\"{SIZE}\" rx=\"3\"/>"
            ));
        }
    }
}

fn place(column: usize, weekday: usize) -> (usize, usize) {
    (LEFT + column * PITCH, TOP + weekday * PITCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Frame<'_> = Frame { id: "c", title: "Days", description: "" };
    const WORDS: CalendarWords<'_> = CalendarWords {
        months: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "D<c"],
        weekdays: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    };

    fn day(month: u8, number: u8, weekday: u8) -> Day {
        Day { date: (2026, month, number), weekday, level: 9, bad: number == 2, title: "<&>".to_owned() }
    }

    #[test]
    fn no_days_are_half_a_year_of_empty_squares() {
        let svg = calendar(&[], &FRAME, &WORDS);
        assert_eq!(svg.matches("<rect").count(), EMPTY_WEEKS * 7);
    }

    #[test]
    fn a_week_begins_on_monday() {
        let days = [day(3, 1, 6), day(3, 2, 0), day(3, 3, 1), day(3, 9, 0)];
        assert_eq!(columns(&days), [0, 1, 1, 2]);
    }

    #[test]
    fn texts_are_escaped_levels_end_at_four_and_a_bad_day_is_round() {
        let svg = calendar(&[day(12, 1, 1), day(12, 2, 2)], &FRAME, &WORDS);
        assert!(svg.contains("D&lt;c</text>") && svg.contains("<title>&lt;&amp;&gt;</title>"), "{svg}");
        assert!(svg.contains("class=\"day day-4\"") && svg.contains("class=\"day day-4 day-bad\""), "{svg}");
        assert_eq!(svg.matches("rx=\"7.5\"").count(), 1);
        assert!(svg.contains("data-date=\"2026-12-02\""), "{svg}");
    }

    #[test]
    fn names_of_months_do_not_touch() {
        let days = [day(1, 31, 5), day(2, 1, 6), day(2, 2, 0)];
        let svg = calendar(&days, &FRAME, &WORDS);
        assert!(!svg.contains("Jan") && svg.contains("Feb"), "{svg}");
    }

    #[test]
    fn a_month_that_is_none_has_no_name() {
        let svg = calendar(&[day(0, 1, 0), day(13, 1, 1)], &FRAME, &WORDS);
        assert_eq!(svg.matches("<rect").count(), 2);
    }
}
