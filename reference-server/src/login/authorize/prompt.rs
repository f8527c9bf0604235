//! Whether the user may be asked, or has to be: OpenID Connect Core, 3.1.2.1, and Initiating User Registration, 4.

/// What the `prompt` parameter says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Prompt {
    /// Nothing: the user is asked if need be.
    #[default]
    IfNeedBe,
    /// The user must not be asked.
    None,
    /// The user has to sign in.
    Login,
    /// The user has to make an account.
    Create,
}

/// Says why the parameter cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PromptError {
    #[error("prompt none stands alone")]
    NoneAndMore,
    #[error("prompt takes none, login and create")]
    Unknown,
}

impl Prompt {
    /// Reads a list of values. Whoever makes an account has signed in, too.
    pub(crate) fn read(text: &str) -> Result<Self, PromptError> {
        let values: Vec<&str> = text.split(' ').filter(|value| !value.is_empty()).collect();
        let has = |value| values.contains(&value);
        let is_known = |value: &&str| matches!(*value, "none" | "login" | "create");
        match values.iter().all(is_known) {
            false => Err(PromptError::Unknown),
            true if has("none") && values.len() > 1 => Err(PromptError::NoneAndMore),
            true if has("none") => Ok(Self::None),
            true if has("create") => Ok(Self::Create),
            true if has("login") => Ok(Self::Login),
            true => Ok(Self::IfNeedBe),
        }
    }

    /// Returns whether the user has to act whatever session there is.
    pub(crate) fn wants_the_user(self) -> bool {
        matches!(self, Self::Login | Self::Create)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_may_stand_together() {
        for (text, prompt) in [
            ("none", Ok(Prompt::None)),
            ("login", Ok(Prompt::Login)),
            ("create", Ok(Prompt::Create)),
            ("login create", Ok(Prompt::Create)),
            (" ", Ok(Prompt::IfNeedBe)),
            ("none login", Err(PromptError::NoneAndMore)),
            ("none none", Err(PromptError::NoneAndMore)),
            ("consent", Err(PromptError::Unknown)),
            ("None", Err(PromptError::Unknown)),
            ("login\tcreate", Err(PromptError::Unknown)),
        ] {
            assert_eq!(Prompt::read(text), prompt, "`{text}`");
        }
    }
}
