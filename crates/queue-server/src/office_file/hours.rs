//! Opening hours as they are written (`mon_fri = ["07:30-12:00"]`) and as minutes of each day of the week.

use std::collections::BTreeMap;

use queue_core::layout::{Hours, LayoutFault};

/// Monday first, as in the core.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/// More stretches a day than this are a mistake.
const STRETCHES_MAX: usize = 12;

/// The hours of each day; a day that is not written is closed.
///
/// # Errors
/// [`LayoutFault`] for an unknown day, a day written twice, a stretch that is none, runs backwards or overlaps.
pub fn to_core(written: &BTreeMap<String, Vec<String>>) -> Result<[Vec<Hours>; 7], LayoutFault> {
    let mut week: [Vec<Hours>; 7] = Default::default();
    let mut given = [false; 7];
    for (key, ranges) in written {
        let path = format!("hours.{key}");
        let days = days(key).ok_or_else(|| {
            fault(&path, "write a day (mon, tue, wed, thu, fri, sat, sun) or a range such as mon_fri")
        })?;
        let stretches = stretches(&path, ranges)?;
        for day in days {
            if given[day] {
                return Err(fault(&path, &format!("{} is written twice", DAYS[day])));
            }
            given[day] = true;
            week[day].clone_from(&stretches);
        }
    }
    Ok(week)
}

/// The written form: neighbouring days with the same hours become a range.
#[must_use]
pub fn to_wire(week: &[Vec<Hours>; 7]) -> BTreeMap<String, Vec<String>> {
    let mut written = BTreeMap::new();
    let mut first = 0;
    while first < DAYS.len() {
        let mut last = first;
        while last + 1 < DAYS.len() && week[last + 1] == week[first] {
            last += 1;
        }
        if !week[first].is_empty() {
            let key = if first == last {
                DAYS[first].to_owned()
            } else {
                format!("{}_{}", DAYS[first], DAYS[last])
            };
            written.insert(key, week[first].iter().map(text).collect());
        }
        first = last + 1;
    }
    written
}

/// A stretch as it is written, `07:30-12:00`.
#[must_use]
pub fn text(hours: &Hours) -> String {
    format!("{}-{}", clock(hours.from), clock(hours.to))
}

/// Minutes after midnight as `HH:MM`.
#[must_use]
pub fn clock(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// `HH:MM` as minutes after midnight; `24:00` is the end of the day.
#[must_use]
pub fn minutes(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(hour) || !digits(minute) {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    let fits = (hour < 24 && minute < 60) || (hour == 24 && minute == 0);
    fits.then_some(hour * 60 + minute)
}

fn days(key: &str) -> Option<std::ops::RangeInclusive<usize>> {
    let day = |name: &str| DAYS.iter().position(|known| *known == name);
    match key.split_once('_') {
        None => day(key).map(|only| only..=only),
        Some((first, last)) => {
            let (first, last) = (day(first)?, day(last)?);
            (first < last).then_some(first..=last)
        }
    }
}

fn stretches(path: &str, ranges: &[String]) -> Result<Vec<Hours>, LayoutFault> {
    if ranges.len() > STRETCHES_MAX {
        return Err(fault(path, &format!("write at most {STRETCHES_MAX} stretches a day")));
    }
    let mut stretches: Vec<Hours> = Vec::with_capacity(ranges.len());
    for (index, range) in ranges.iter().enumerate() {
        let path = format!("{path}[{index}]");
        let ends =
            range.split_once('-').and_then(|(from, to)| Some((minutes(from.trim())?, minutes(to.trim())?)));
        let Some((from, to)) = ends else {
            return Err(fault(
                &path,
                &format!("`{range}` is no stretch of hours: write it as \"07:30-12:00\""),
            ));
        };
        if from >= to {
            return Err(fault(&path, &format!("`{range}` ends before it begins")));
        }
        if stretches.last().is_some_and(|before| before.to > from) {
            return Err(fault(
                &path,
                &format!("`{range}` overlaps the stretch before it: write them in order"),
            ));
        }
        stretches.push(Hours { from, to });
    }
    Ok(stretches)
}

fn fault(path: &str, what: &str) -> LayoutFault {
    LayoutFault { path: path.to_owned(), what: what.to_owned() }
}
