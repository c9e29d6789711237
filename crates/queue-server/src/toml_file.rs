//! Reads a TOML text into a type and tells every fault by file, line and key, on one line.
//!
//! Used for office files ([`crate::office_file`]) and process settings ([`crate::settings`]).

use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::de::{DeTable, DeValue};

/// What is wrong with a file, and where: ``FILE:LINE: key `KEY`: WHAT``.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: key `{key}`: {what}")]
pub struct FileFault {
    /// The file, as it was named.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// Such as `counters[2].services[0]`.
    pub key: String,
    /// What is wrong and what to do.
    pub what: String,
}

/// Where each key of a text stands.
pub struct Places<'a> {
    file: &'a str,
    text: &'a str,
    places: Vec<Place>,
}

struct Place {
    path: String,
    /// The key and its value; the index of an array has only a value.
    spans: Vec<Range<usize>>,
}

impl<'a> Places<'a> {
    /// Finds the keys of `text`.
    ///
    /// # Errors
    /// [`FileFault`] when it is no TOML.
    pub fn of(file: &'a str, text: &'a str) -> Result<Self, FileFault> {
        let mut found = Self { file, text, places: Vec::new() };
        match DeTable::parse(text) {
            Ok(table) => {
                found.collect_table("", table.get_ref());
                Ok(found)
            }
            Err(error) => {
                let span = error.span().unwrap_or(0..0);
                let key =
                    text.get(span.clone()).unwrap_or_default().lines().next().unwrap_or_default().trim();
                let key = if key.is_empty() { found.line_text(span.start) } else { key.to_owned() };
                let what = format!("this is no TOML: {}", one_line(error.message()));
                Err(FileFault { file: file.to_owned(), line: found.line(span.start), key, what })
            }
        }
    }

    /// Reads the text as a `T`.
    ///
    /// # Errors
    /// [`FileFault`] for an unknown key, a missing one, or a value of the wrong type.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, FileFault> {
        toml::from_str(self.text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            let what = one_line(error.message());
            let mut key = self.path_at(start);
            if let Some(missing) = quoted(&what).filter(|_| what.starts_with("missing field")) {
                // At the top level the span is the whole file, and what stands at its start is no parent.
                let top =
                    start == 0 && error.span().is_none_or(|span| span.end >= self.text.trim_end().len());
                key = if top || key.is_empty() { missing.to_owned() } else { format!("{key}.{missing}") };
            }
            FileFault { file: self.file.to_owned(), line: self.line(start), key, what }
        })
    }

    /// The fault of the value at `path`, or of the nearest thing around it that stands in the file.
    #[must_use]
    pub fn fault(&self, path: &str, what: &str) -> FileFault {
        let mut around = path;
        let start = loop {
            if let Some(place) = self.places.iter().find(|place| place.path == around) {
                break place.spans.first().map_or(0, |span| span.start);
            }
            match around.rfind(['.', '[']) {
                Some(cut) => around = &around[..cut],
                None => break 0,
            }
        };
        let what = one_line(what);
        FileFault { file: self.file.to_owned(), line: self.line(start), key: path.to_owned(), what }
    }

    fn collect_table(&mut self, path: &str, table: &DeTable<'_>) {
        for (key, value) in table {
            let inner =
                if path.is_empty() { key.get_ref().to_string() } else { format!("{path}.{}", key.get_ref()) };
            self.places.push(Place { path: inner.clone(), spans: vec![key.span(), value.span()] });
            self.collect_value(&inner, value.get_ref());
        }
    }

    fn collect_value(&mut self, path: &str, value: &DeValue<'_>) {
        if let Some(table) = value.as_table() {
            self.collect_table(path, table);
        }
        for (index, item) in value.as_array().into_iter().flat_map(|array| array.iter().enumerate()) {
            let inner = format!("{path}[{index}]");
            self.places.push(Place { path: inner.clone(), spans: vec![item.span()] });
            self.collect_value(&inner, item.get_ref());
        }
    }

    /// The path of the smallest thing around `offset`.
    fn path_at(&self, offset: usize) -> String {
        let around = self.places.iter().flat_map(|place| place.spans.iter().map(move |span| (span, place)));
        around
            .filter(|(span, _)| span.start <= offset && offset < span.end)
            .min_by_key(|(span, place)| (span.len(), std::cmp::Reverse(place.path.len())))
            .map(|(_, place)| place.path.clone())
            .unwrap_or_default()
    }

    fn line(&self, offset: usize) -> usize {
        let before = &self.text.as_bytes()[..offset.min(self.text.len())];
        before.iter().filter(|byte| **byte == b'\n').count() + 1
    }

    /// The key that begins the line of `offset`, for texts that could not be parsed.
    fn line_text(&self, offset: usize) -> String {
        let line = self.text.lines().nth(self.line(offset) - 1).unwrap_or_default();
        line.split('=').next().unwrap_or_default().trim().chars().take(60).collect()
    }
}

fn one_line(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(", ")
}

/// What stands between the first two backticks.
fn quoted(text: &str) -> Option<&str> {
    text.split('`').nth(1)
}
