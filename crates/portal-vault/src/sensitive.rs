use std::fmt;

use zeroize::Zeroize;

/// A value that must not reach a log, a screen or a crash file by accident: `Debug` and `Display` print a mask,
/// there is no `Serialize`, and the memory is wiped when it goes. Reading it is the visible act of
/// [`Sensitive::expose`].
#[derive(Clone, PartialEq, Eq)]
pub struct Sensitive<T: Zeroize>(T);

impl<T: Zeroize> Sensitive<T> {
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> Drop for Sensitive<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Zeroize> From<T> for Sensitive<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl<T: Zeroize> fmt::Debug for Sensitive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl<T: Zeroize> fmt::Display for Sensitive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printing_shows_the_mask_only() {
        let token = Sensitive::new(String::from("refresh-token-value"));
        assert_eq!(format!("{token} {token:?} {token:#?}"), "*** *** ***");
        assert_eq!(token.expose(), "refresh-token-value");
    }
}
