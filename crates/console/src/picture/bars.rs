//! A column chart.

use super::{Drawing, Frame, escape};

/// One column.
pub(crate) struct Bar {
    /// Below the column, where there is room: a few words at most.
    pub(crate) label: String,
    /// What the pointer shows.
    pub(crate) title: String,
    /// All of it.
    pub(crate) value: u64,
    /// The part of the value that went wrong.
    pub(crate) bad: u64,
}

/// Across, everything is a share of the width, and heights are pixels: text keeps its size on every screen.
const HEIGHT: u32 = 200;
const TOP: f64 = 12.0;
const BASE: f64 = 172.0;
const LABELS: usize = 6;

/// A column chart. The style sheet leaves room at its left for the scale.
pub(crate) fn bars(bars: &[Bar], frame: &Frame<'_>) -> String {
    let scale = Scale::of(bars);
    frame.around(&format!("width=\"100%\" height=\"{HEIGHT}\""), |drawing| {
        scale.draw(drawing);
        let step = bars.len().div_ceil(LABELS).max(1);
        for (index, bar) in bars.iter().enumerate() {
            draw(drawing, &scale, bar, &Place { index, count: bars.len(), step });
        }
    })
}

/// Where a column stands.
struct Place {
    index: usize,
    count: usize,
    /// Every so many columns have a label.
    step: usize,
}

fn draw(drawing: &mut Drawing, scale: &Scale, bar: &Bar, place: &Place) {
    let slot = 100.0 / place.count as f64;
    let left = slot * place.index as f64;
    drawing.put(format_args!(
        "<g><title>{}</title><rect class=\"hit\" x=\"{left:.3}%\" y=\"0\" width=\"{slot:.3}%\" height=\"{BASE}\"/>",
        escape(&bar.title),
    ));
    let all = scale.height(bar.value);
    // What went wrong is seen even where it is little.
    let bad = scale.height(bar.bad.min(bar.value));
    let good = if bad > 0.0 { all - bad - 1.0 } else { all };
    let (x, width) = (left + slot * 0.14, slot * 0.72);
    let mut column = |class: &str, foot: f64, height: f64| {
        if height > 0.0 {
            let y = foot - height;
            drawing.put(format_args!(
                "<rect class=\"{class}\" x=\"{x:.3}%\" y=\"{y:.1}\" width=\"{width:.3}%\" height=\"{height:.1}\" rx=\"2\"/>",
            ));
        }
    };
    column("bar", BASE, good);
    column("bar-bad", BASE - (all - bad).max(0.0), bad);
    drawing.put(format_args!("</g>"));
    if place.index.is_multiple_of(place.step) {
        label(drawing, left + slot / 2.0, bar, place);
    }
}

fn label(drawing: &mut Drawing, middle: f64, bar: &Bar, place: &Place) {
    // Labels at the edges stay inside.
    let (x, anchor) = match middle {
        x if x < 4.0 => (0.0, "start"),
        x if x > 96.0 => (100.0, "end"),
        x => (x, "middle"),
    };
    // Narrow screens show every second one.
    let class = if (place.index / place.step).is_multiple_of(2) { "x" } else { "x x-minor" };
    let y = BASE + 20.0;
    drawing.put(format_args!(
        "<text class=\"{class}\" x=\"{x:.3}%\" y=\"{y}\" text-anchor=\"{anchor}\">{}</text>",
        escape(&bar.label),
    ));
}

/// From nothing to a round number that is not below any value.
struct Scale {
    /// An even number, so that its half is a whole one; 0 without any value.
    top: u64,
}

impl Scale {
    fn of(bars: &[Bar]) -> Self {
        let most = bars.iter().map(|bar| bar.value).max().unwrap_or(0);
        if most == 0 {
            return Self { top: 0 };
        }
        let mut power = 1_u64;
        loop {
            for step in [2, 4, 6, 8, 10] {
                let top = power.saturating_mul(step);
                if top >= most {
                    return Self { top };
                }
            }
            power = power.saturating_mul(10);
        }
    }

    fn height(&self, value: u64) -> f64 {
        if self.top == 0 || value == 0 {
            return 0.0;
        }
        (value as f64 / self.top as f64 * (BASE - TOP)).max(2.0)
    }

    fn draw(&self, drawing: &mut Drawing) {
        for (y, value) in [(TOP, self.top), ((TOP + BASE) / 2.0, self.top / 2), (BASE, 0)] {
            let class = if y == BASE { "rule rule-base" } else { "rule" };
            drawing.put(format_args!("<line class=\"{class}\" x1=\"0\" x2=\"100%\" y1=\"{y}\" y2=\"{y}\"/>"));
            if y == BASE || self.top > 0 {
                let (below, text) = (y + 4.0, short(value));
                drawing.put(format_args!("<text x=\"-8\" y=\"{below}\" text-anchor=\"end\">{text}</text>"));
            }
        }
    }
}

/// Short enough for the margin: 400, 2000, 40k, 10M.
fn short(value: u64) -> String {
    match value {
        0..10_000 => value.to_string(),
        10_000..1_000_000 => format!("{}k", value / 1_000),
        1_000_000..10_000_000_000 => format!("{}M", value / 1_000_000),
        _ => format!("{}G", value / 1_000_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Frame<'_> = Frame { id: "b", title: "Requests", description: "" };

    fn bar(value: u64, bad: u64) -> Bar {
        Bar { label: "a<b".to_owned(), title: "\"&".to_owned(), value, bad }
    }

    #[test]
    fn nothing_is_a_picture_too() {
        for svg in [bars(&[], &FRAME), bars(&[bar(0, 0), bar(0, 0)], &FRAME)] {
            assert!(svg.contains(">0</text>"), "{svg}");
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
            assert!(!svg.contains("class=\"bar"), "{svg}");
        }
    }

    #[test]
    fn texts_are_escaped() {
        let svg = bars(&[bar(3, 1)], &FRAME);
        assert!(svg.contains("a&lt;b</text>") && svg.contains("<title>&quot;&amp;</title>"), "{svg}");
    }

    #[test]
    fn the_scale_ends_at_a_round_number_with_a_whole_half() {
        for (most, top) in [(1, 2), (2, 2), (3, 4), (9, 10), (11, 20), (57, 60), (61, 80), (2400, 4000)] {
            assert_eq!(Scale::of(&[bar(most, 0)]).top, top, "{most}");
        }
        assert_eq!(Scale::of(&[bar(u64::MAX, 0)]).top, u64::MAX);
    }

    #[test]
    fn a_part_is_not_higher_than_the_whole() {
        let scale = Scale::of(&[bar(10, 99)]);
        let svg = bars(&[bar(10, 99)], &FRAME);
        assert!(!svg.contains("class=\"bar\""), "{svg}");
        assert!(svg.contains(&format!("height=\"{:.1}\"", scale.height(10))), "{svg}");
    }

    #[test]
    fn a_few_labels_are_enough() {
        let many: Vec<_> = (0..90).map(|value| bar(value, 0)).collect();
        let svg = bars(&many, &FRAME);
        assert_eq!(svg.matches("class=\"x").count(), LABELS);
        assert_eq!(svg.matches("x-minor").count(), LABELS / 2);
    }

    #[test]
    fn numbers_are_short() {
        for (value, text) in [(0, "0"), (9999, "9999"), (50_000, "50k"), (2_000_000, "2M")] {
            assert_eq!(short(value), text);
        }
    }
}
