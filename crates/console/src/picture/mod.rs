//! Pictures as SVG text. Their colours are classes of the style sheet; every text in them is escaped.

mod bars;
mod calendar;
mod icon;

pub(crate) use bars::{Bar, bars};
pub(crate) use calendar::{CalendarWords, Day, calendar};
pub(crate) use icon::icon;

use std::fmt::Write as _;

/// What a picture says of itself to who cannot see it.
pub(crate) struct Frame<'a> {
    /// Begins the ids in the picture; unique on its page.
    pub(crate) id: &'a str,
    /// What it shows, in a few words.
    pub(crate) title: &'a str,
    /// What can be seen in it, in a sentence.
    pub(crate) description: &'a str,
}

impl Frame<'_> {
    /// An `<svg>` with these attributes around what `draw` writes.
    fn around(&self, attributes: &str, draw: impl FnOnce(&mut Drawing)) -> String {
        let id = escape(self.id);
        let mut drawing = Drawing(String::with_capacity(4096));
        drawing.put(format_args!(
            "<svg role=\"img\" aria-labelledby=\"{id}-title\" aria-describedby=\"{id}-desc\" {attributes}>\
             <title id=\"{id}-title\">{}</title><desc id=\"{id}-desc\">{}</desc>",
            escape(self.title),
            escape(self.description),
        ));
        draw(&mut drawing);
        drawing.put(format_args!("</svg>"));
        drawing.0
    }
}

/// SVG text as it grows.
struct Drawing(String);

impl Drawing {
    fn put(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = self.0.write_fmt(text);
    }
}

/// The text as it stands in an element or in a quoted attribute.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Frame<'_> = Frame { id: "x\"y", title: "a < b", description: "c & 'd'" };

    #[test]
    fn every_text_of_the_frame_is_escaped() {
        let svg = FRAME.around("width=\"1\"", |_| {});
        assert!(svg.starts_with("<svg role=\"img\" aria-labelledby=\"x&quot;y-title\""), "{svg}");
        assert!(svg.contains("<title id=\"x&quot;y-title\">a &lt; b</title>"), "{svg}");
        assert!(svg.contains("<desc id=\"x&quot;y-desc\">c &amp; &#39;d&#39;</desc></svg>"), "{svg}");
    }
}
