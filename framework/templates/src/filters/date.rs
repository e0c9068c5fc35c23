//! Dates as text, by a format of `strftime`.

use std::fmt::{Display, Write};

use super::fault;
use super::text::written;
use crate::Result;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// A date and time as it is written, with its offset.
struct Moment {
    year: i64,
    month: u32,
    day: u32,
    hour: u32,
    minute: u32,
    second: u32,
    /// `Z`, `+02:00`, or nothing.
    offset: String,
}

/// The date in another format: `%Y %y %m %d %e %H %I %M %S %p %b %B %a %A %j %u %z %%`, `%F` for `%Y-%m-%d`, `%T` for `%H:%M:%S`. The value prints
/// as ISO 8601 (`2026-03-01`, `2026-03-01T12:00:00Z`), or is a number of seconds since 1970 (UTC). Nothing is shifted to
/// another zone.
///
/// # Errors
/// What is no such date, and an unknown letter in the format.
pub fn date<T: Display + ?Sized>(value: &T, format: impl Display) -> Result<String> {
    let text = written(value)?;
    let Some(moment) = parse(text.trim()) else {
        return fault(
            "date",
            format!("`{text}` is no date; it needs `2026-03-01`, `2026-03-01T12:00:00Z`, or seconds since 1970"),
        );
    };
    let mut out = String::new();
    let format = written(&format)?;
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some(letter) => moment.write(&mut out, letter)?,
            None => return fault("date", "the format ends with `%`; write `%%` for a percent sign"),
        }
    }
    Ok(out)
}

impl Moment {
    fn write(&self, out: &mut String, letter: char) -> Result<()> {
        let half = if self.hour.is_multiple_of(12) { 12 } else { self.hour % 12 };
        let (month, day) = (MONTHS[self.month as usize - 1], DAYS[self.weekday()]);
        match letter {
            'Y' => write!(out, "{:04}", self.year)?,
            'y' => write!(out, "{:02}", self.year.rem_euclid(100))?,
            'm' => write!(out, "{:02}", self.month)?,
            'd' => write!(out, "{:02}", self.day)?,
            'e' => write!(out, "{:2}", self.day)?,
            'H' => write!(out, "{:02}", self.hour)?,
            'I' => write!(out, "{half:02}")?,
            'M' => write!(out, "{:02}", self.minute)?,
            'S' => write!(out, "{:02}", self.second)?,
            'p' => out.push_str(if self.hour < 12 { "AM" } else { "PM" }),
            'b' => out.push_str(&month[..3]),
            'B' => out.push_str(month),
            'a' => out.push_str(&day[..3]),
            'A' => out.push_str(day),
            'j' => write!(out, "{:03}", days_before(self.year, self.month) + self.day)?,
            'u' => write!(out, "{}", (self.weekday() + 6) % 7 + 1)?,
            'z' => out.push_str(&self.offset),
            'F' => write!(out, "{:04}-{:02}-{:02}", self.year, self.month, self.day)?,
            'T' => write!(out, "{:02}:{:02}:{:02}", self.hour, self.minute, self.second)?,
            '%' => out.push('%'),
            other => return fault("date", format!("the format has no `%{other}`")),
        }
        Ok(())
    }

    /// From Sunday.
    fn weekday(&self) -> usize {
        (days_since_1970(self.year, self.month, self.day) + 4).rem_euclid(7) as usize
    }
}

fn parse(text: &str) -> Option<Moment> {
    if let Ok(seconds) = text.parse::<i64>() {
        return Some(of_seconds(seconds));
    }
    let (date, time) = match text.find(['T', 't', ' ']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let mut parts = date.splitn(3, '-').map(|part| number(part, if part.len() == 4 { 4 } else { 2 }));
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    if date.len() != 10 || !(1..=12).contains(&month) || day < 1 || day > days_in(i64::from(year), month) {
        return None;
    }
    let mut moment = Moment { year: i64::from(year), month, day, hour: 0, minute: 0, second: 0, offset: String::new() };
    if let Some(time) = time {
        moment.set_time(time)?;
    }
    Some(moment)
}

impl Moment {
    fn set_time(&mut self, time: &str) -> Option<()> {
        let zone = time.find(['Z', 'z', '+', '-', ' ']).unwrap_or(time.len());
        let (clock, offset) = time.split_at(zone);
        let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
        let mut parts = clock.splitn(3, ':').map(|part| number(part, 2));
        (self.hour, self.minute) = (parts.next()??, parts.next()??);
        self.second = parts.next().unwrap_or(Some(0))?;
        let is_digits = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
        self.offset = match offset.trim() {
            "" => String::new(),
            "Z" | "z" | "UTC" => "+0000".to_owned(),
            offset => offset.chars().filter(|c| *c != ':').collect(),
        };
        let is_offset = self.offset.is_empty()
            || self.offset.starts_with(['+', '-']) && self.offset[1..].bytes().all(|byte| byte.is_ascii_digit());
        // 60 is a leap second.
        (is_digits && is_offset && self.hour < 24 && self.minute < 60 && self.second <= 60).then_some(())
    }
}

fn number(text: &str, digits: usize) -> Option<u32> {
    (text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(year: i64, month: u32) -> u32 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn days_before(year: i64, month: u32) -> u32 {
    (1..month).map(|month| days_in(year, month)).sum()
}

fn days_since_1970(year: i64, month: u32, day: u32) -> i64 {
    let before = year - 1;
    let leap_days = |year: i64| year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let years = (year - 1970) * 365 + leap_days(before) - leap_days(1969);
    years + i64::from(days_before(year, month)) + i64::from(day) - 1
}

fn of_seconds(seconds: i64) -> Moment {
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400) as u32);
    // An estimate that is at most one too large or too small.
    let mut year = 1970 + days.div_euclid(366).min(days.div_euclid(365));
    while days_since_1970(year + 1, 1, 1) <= days {
        year += 1 + (days - days_since_1970(year + 1, 1, 1)) / 366;
    }
    while days_since_1970(year, 1, 1) > days {
        year -= 1;
    }
    let mut day = (days - days_since_1970(year, 1, 1)) as u32;
    let mut month = 1;
    while day >= days_in(year, month) {
        day -= days_in(year, month);
        month += 1;
    }
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    Moment { year, month, day: day + 1, hour, minute, second, offset: "+0000".to_owned() }
}
