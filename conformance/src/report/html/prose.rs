//! Sentences of ours, in which backquotes mark what is code.

use std::fmt::{self, Write as _};

/// A sentence, shown as HTML.
#[derive(Clone, Copy)]
pub(super) struct Prose(pub(super) &'static str);

impl fmt::Display for Prose {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<&str> = self.0.split('`').collect();
        // A backquote without a partner is one.
        let is_paired = parts.len() % 2 == 1;
        for (index, part) in parts.iter().enumerate() {
            match (is_paired, index % 2) {
                (true, 1) => write!(formatter, "<code>{}</code>", Escaped(part))?,
                (false, _) if index > 0 => write!(formatter, "`{}", Escaped(part))?,
                _ => write!(formatter, "{}", Escaped(part))?,
            }
        }
        Ok(())
    }
}

impl askama::FastWritable for Prose {
    fn write_into(
        &self,
        out: &mut dyn fmt::Write,
        _values: &dyn askama::Values,
    ) -> askama::Result<()> {
        write!(out, "{self}")?;
        Ok(())
    }
}

impl askama::filters::HtmlSafe for Prose {}

struct Escaped<'t>(&'t str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|character| match character {
            '&' => formatter.write_str("&amp;"),
            '<' => formatter.write_str("&lt;"),
            '>' => formatter.write_str("&gt;"),
            other => formatter.write_char(other),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_marked_and_nothing_else_is() {
        for (text, html) in [
            ("what `a<b` & c", "what <code>a&lt;b</code> &amp; c"),
            ("a ` alone", "a ` alone"),
            ("`x`", "<code>x</code>"),
        ] {
            assert_eq!(Prose(text).to_string(), html);
        }
    }
}
