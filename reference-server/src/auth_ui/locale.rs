//! The languages of the pages, and which of them somebody reads.

mod de;
mod en;
mod fr;
mod ja;
mod strings;

pub(crate) use strings::{Pattern, Strings};

/// A language that the pages speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Locale {
    /// The default language.
    #[default]
    English,
    German,
    French,
    Japanese,
}

impl Locale {
    pub(crate) const ALL: [Self; 4] = [Self::English, Self::German, Self::French, Self::Japanese];

    /// Returns the first language of a `ui_locales` parameter that the pages speak, else the default one.
    ///
    /// Each tag is looked up as RFC 4647, 3.4, says: without its last subtag until something matches, so that `de-AT`
    /// finds `de`. What is unknown, or no tag at all, is passed over (OpenID Connect Core, 3.1.2.1).
    pub(crate) fn of(ui_locales: Option<&str>) -> Self {
        ui_locales
            .unwrap_or_default()
            .split_ascii_whitespace()
            .find_map(Self::look_up)
            .unwrap_or_default()
    }

    /// Everything that the pages say in this language.
    pub(crate) fn strings(self) -> &'static Strings {
        match self {
            Self::English => &en::STRINGS,
            Self::German => &de::STRINGS,
            Self::French => &fr::STRINGS,
            Self::Japanese => &ja::STRINGS,
        }
    }

    fn look_up(tag: &str) -> Option<Self> {
        let mut range = tag;
        loop {
            let known = |locale: &Self| locale.strings().tag.eq_ignore_ascii_case(range);
            if let Some(locale) = Self::ALL.into_iter().find(known) {
                return Some(locale);
            }
            range = range.rsplit_once('-')?.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tags_are_tried_in_their_order() {
        for (ui_locales, expected) in [
            (None, Locale::English),
            (Some(""), Locale::English),
            (Some("de"), Locale::German),
            (Some("DE-at"), Locale::German),
            (Some("de-Latn-AT-1996"), Locale::German),
            (Some("tlh x-private * 12 fr-CA de"), Locale::French),
            (Some("deu"), Locale::English),
            (Some("ja-JP-u-ca-japanese en"), Locale::Japanese),
            (Some("-- - <script> "), Locale::English),
            (Some("  fr\tde"), Locale::French),
        ] {
            assert_eq!(Locale::of(ui_locales), expected, "{ui_locales:?}");
        }
    }

    #[test]
    fn patterns_say_what_they_are_about() {
        for locale in Locale::ALL {
            let t = locale.strings();
            for pattern in [
                t.sign_in_to,
                t.signed_in_as,
                t.password_hint,
                t.too_long,
                t.try_again_in,
            ] {
                let said = pattern.with("THIS");
                assert!(
                    said.contains("THIS") && !said.contains('{'),
                    "{locale:?}: {said}"
                );
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn anything_finds_a_language(ui_locales in ".{0,60}") {
            Locale::of(Some(&ui_locales));
        }

        #[test]
        fn subtags_do_not_change_the_language(index in 0..4usize, subtags in "(-[a-zA-Z0-9]{2,8}){0,4}") {
            let locale = Locale::ALL[index];
            let tag = format!("{}{subtags}", locale.strings().tag);
            prop_assert_eq!(Locale::of(Some(&tag)), locale);
        }
    }
}
