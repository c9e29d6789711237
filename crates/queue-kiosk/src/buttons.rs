//! What the keys of the keypad mean: `1=chung-thuc,2=ho-tich,9=chung-thuc/priority`.

use std::str::FromStr;

use queue_wire::office::Office;

/// A keypad has no more keys than this.
const BUTTONS_MAX: usize = 100;
/// A code of more digits than this is a cat on the keypad.
pub const CODE_CHARS_MAX: usize = 8;

/// A key and what it asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// What is pressed, such as `1` or `12`.
    pub code: String,
    /// The service.
    pub service: String,
    /// The class, where it is not the first.
    pub class: Option<String>,
}

/// All keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Buttons(Vec<Button>);

impl Buttons {
    /// The office's services in their order on 1, 2, 3, …
    #[must_use]
    pub fn of(office: &Office) -> Self {
        let numbered = office.services.iter().take(BUTTONS_MAX).enumerate();
        Self(
            numbered
                .map(|(index, service)| Button {
                    code: (index + 1).to_string(),
                    service: service.id.clone(),
                    class: None,
                })
                .collect(),
        )
    }

    /// The key that was pressed; leading zeros do not matter.
    #[must_use]
    pub fn find(&self, code: &str) -> Option<&Button> {
        let bare = |code: &str| code.trim_start_matches('0').to_owned();
        self.0.iter().find(|button| button.code == code).or_else(|| {
            self.0.iter().find(|button| bare(&button.code) == bare(code) && !bare(code).is_empty())
        })
    }

    /// In the order of `--keys`.
    #[must_use]
    pub fn all(&self) -> &[Button] {
        &self.0
    }

    /// Whether each key is a single character, so that Enter is not needed.
    #[must_use]
    pub fn are_single(&self) -> bool {
        self.0.iter().all(|button| button.code.len() == 1)
    }

    /// The first service or class that `office` does not have.
    #[must_use]
    pub fn stranger<'a>(&'a self, office: &Office) -> Option<&'a str> {
        self.0.iter().find_map(|button| {
            if !office.services.iter().any(|service| service.id == button.service) {
                return Some(button.service.as_str());
            }
            let class = button.class.as_deref()?;
            (!office.classes.iter().any(|known| known.id == class)).then_some(class)
        })
    }
}

impl FromStr for Buttons {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut buttons: Vec<Button> = Vec::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let wrong = || format!("`{part}`: write KEY=SERVICE or KEY=SERVICE/CLASS, such as 1=chung-thuc");
            let (code, asked) = part.split_once('=').ok_or_else(wrong)?;
            let (code, asked) = (code.trim(), asked.trim());
            let (service, class) = match asked.split_once('/') {
                Some((service, class)) => (service, Some(class)),
                None => (asked, None),
            };
            let visible = !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_graphic());
            if !visible
                || code.len() > CODE_CHARS_MAX
                || service.is_empty()
                || class.is_some_and(str::is_empty)
            {
                return Err(wrong());
            }
            if buttons.iter().any(|button| button.code == code) {
                return Err(format!("key `{code}` is given twice"));
            }
            buttons.push(Button {
                code: code.to_owned(),
                service: service.to_owned(),
                class: class.map(str::to_owned),
            });
        }
        match buttons.len() {
            0 => Err("no key is given".to_owned()),
            count if count > BUTTONS_MAX => Err(format!("more than {BUTTONS_MAX} keys")),
            _ => Ok(Self(buttons)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read() {
        let buttons: Buttons =
            "1=chung-thuc, 2=ho-tich,9=chung-thuc/priority,12=dat-dai".parse().expect("keys");
        let find = |code| buttons.find(code).map(|button| (button.service.as_str(), button.class.as_deref()));
        assert_eq!(find("1"), Some(("chung-thuc", None)));
        assert_eq!(find("02"), Some(("ho-tich", None)));
        assert_eq!(find("9"), Some(("chung-thuc", Some("priority"))));
        assert_eq!(find("12"), Some(("dat-dai", None)));
        assert_eq!(find("3"), None);
        assert_eq!(find("0"), None);
        assert_eq!(find(""), None);
        assert!(!buttons.are_single());
    }

    #[test]
    fn wrong_keys_say_what_is_wrong() {
        let table = [
            ("", "no key"),
            ("1", "`1`: write"),
            ("=a", "write"),
            ("1=", "write"),
            ("1=a/", "write"),
            ("1=a,1=b", "twice"),
            ("123456789=a", "write"),
        ];
        for (text, expected) in table {
            let error = text.parse::<Buttons>().expect_err(text);
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
