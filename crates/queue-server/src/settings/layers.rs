//! Lays file, environment and flags over the defaults, and tells whose fault a bad value is.

use std::path::Path;

use toml::{Table, Value};

use crate::settings::{DEFAULTS, Settings, origin};
use crate::toml_file::Places;

/// What the command line says.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// `--listen`.
    pub listen: Option<String>,
    /// `--data`.
    pub data: Option<String>,
    /// `--public-url`.
    pub public_url: Option<String>,
}

/// The settings that hold, or one line on what is wrong with them.
///
/// # Errors
/// Names the file, line and key, the variable, or the flag.
pub fn read(
    file: Option<&Path>,
    environment: impl Fn(&str) -> Option<String>,
    flags: &Flags,
) -> Result<Settings, String> {
    let mut table = defaults();
    if let Some(path) = file {
        lay_file(&mut table, path)?;
    }
    lay_environment(&mut table, environment)?;
    for (key, flag, value) in [
        ("listen", "--listen", &flags.listen),
        ("data", "--data", &flags.data),
        ("public_url", "--public-url", &flags.public_url),
    ] {
        if let Some(value) = value {
            put(&mut table, "server", key, Value::String(value.clone()))
                .map_err(|what| format!("{flag}: {what}"))?;
        }
    }
    settings(table)
}

fn defaults() -> Table {
    DEFAULTS.parse().expect("a test reads the same defaults")
}

fn lay_file(table: &mut Table, path: &Path) -> Result<(), String> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| format!("{name}: {error}"))?;
    let places = Places::of(&name, &text).map_err(|fault| fault.to_string())?;
    let given: Table = places.read().map_err(|fault| fault.to_string())?;
    for (section, keys) in given {
        let unknown = |key: &str| places.fault(key, "there is no such setting").to_string();
        let Value::Table(keys) = keys else { return Err(unknown(&section)) };
        for (key, value) in keys {
            let path = format!("{section}.{key}");
            if table.get(&section).is_none_or(|known| known.get(&key).is_none()) {
                return Err(unknown(&path));
            }
            put(table, &section, &key, value).map_err(|what| places.fault(&path, &what).to_string())?;
        }
    }
    Ok(())
}

fn lay_environment(table: &mut Table, environment: impl Fn(&str) -> Option<String>) -> Result<(), String> {
    let mut given = Vec::new();
    for (section, keys) in table.iter() {
        for (key, before) in keys.as_table().into_iter().flatten() {
            let name = format!("QUEUE_{section}_{key}").to_ascii_uppercase();
            let Some(text) = environment(&name) else { continue };
            let value = match before {
                Value::Integer(_) => {
                    text.parse().map(Value::Integer).map_err(|_| format!("{name}: write a whole number"))?
                }
                Value::Array(_) => {
                    let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
                    Value::Array(items.map(|item| Value::String(item.to_owned())).collect())
                }
                Value::String(_)
                | Value::Float(_)
                | Value::Boolean(_)
                | Value::Datetime(_)
                | Value::Table(_) => Value::String(text),
            };
            given.push((name, section.clone(), key.clone(), value));
        }
    }
    for (name, section, key, value) in given {
        put(table, &section, &key, value).map_err(|what| format!("{name}: {what}"))?;
    }
    Ok(())
}

/// Puts one value and checks that the whole still reads, so that the fault is this value's.
fn put(table: &mut Table, section: &str, key: &str, value: Value) -> Result<(), String> {
    if let Some(Value::Table(keys)) = table.get_mut(section) {
        keys.insert(key.to_owned(), value);
    }
    settings(table.clone()).map(|_| ())
}

fn settings(table: Table) -> Result<Settings, String> {
    let mut settings: Settings = Settings::deserialize_from(table)?;
    if !settings.server.public_url.is_empty() {
        settings.server.public_url = origin(&settings.server.public_url)?;
    }
    for allowed in &mut settings.server.allowed_origins {
        *allowed = origin(allowed)?;
    }
    Ok(settings)
}

impl Settings {
    fn deserialize_from(table: Table) -> Result<Self, String> {
        table
            .try_into()
            .map_err(|error: toml::de::Error| error.message().lines().collect::<Vec<_>>().join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        file
    }

    #[test]
    fn flags_go_before_the_environment_and_that_before_the_file() {
        let config =
            file("[limits]\ntickets_per_minute = 5\ntickets_burst = 6\n[server]\nlisten = \"127.0.0.1:1\"\n");
        let environment = |name: &str| match name {
            "QUEUE_LIMITS_TICKETS_BURST" => Some("7".to_owned()),
            "QUEUE_SERVER_LISTEN" => Some("127.0.0.1:2".to_owned()),
            _ => None,
        };
        let flags = Flags { listen: Some("127.0.0.1:3".to_owned()), ..Flags::default() };
        let settings = read(Some(config.path()), environment, &flags).unwrap();
        assert_eq!(settings.limits.tickets_per_minute.get(), 5);
        assert_eq!(settings.limits.tickets_burst.get(), 7);
        assert_eq!(settings.server.listen.port(), 3);
    }

    #[test]
    fn a_bad_setting_is_named_by_line_and_key() {
        for (text, told) in [
            ("[limits]\n\ntickets = 5\n", ":3: key `limits.tickets`: there is no such setting"),
            ("[limit]\na = 1\n", ":2: key `limit.a`: there is no such setting"),
            ("[limits]\nconnections = 0\n", ":2: key `limits.connections`:"),
            ("[server]\nlisten = \"somewhere\"\n", ":2: key `server.listen`:"),
            ("[server]\npublic_url = \"hall\"\n", ":2: key `server.public_url`: `hall` is no address"),
            ("[backup]\nat = \"noon\"\n", ":2: key `backup.at`: `noon` is no time of the day"),
            ("[log]\nformat = \"xml\"\n", ":2: key `log.format`:"),
            ("[log\n", ":1: key `[log`"),
        ] {
            let config = file(text);
            let fault = read(Some(config.path()), |_| None, &Flags::default()).unwrap_err();
            assert!(fault.contains(told) && !fault.contains('\n'), "{fault}");
        }
        let environment = |name: &str| (name == "QUEUE_LIMITS_CONNECTIONS").then(|| "many".to_owned());
        let fault = read(None, environment, &Flags::default()).unwrap_err();
        assert!(fault.starts_with("QUEUE_LIMITS_CONNECTIONS: "), "{fault}");
    }
}
