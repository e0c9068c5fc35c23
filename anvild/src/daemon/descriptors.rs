//! What the daemon must not keep of the process that started it.

/// Closes every descriptor above the standard streams. A terminal, an editor or a test runner may have left pipes open for its
/// children; a daemon that kept one would keep its reader waiting, and so would every host and compiler after it.
///
/// To be called before anything else is opened: the numbers have no owner in this process then.
pub(super) fn close_inherited() {
    let Ok(entries) = std::fs::read_dir("/proc/self/fd") else { return };
    let numbers = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    let inherited: Vec<i32> = numbers.filter(|number| *number > 2).collect();
    for number in inherited {
        // That of the listing itself is among them, and closed already.
        let _ = nix::unistd::close(number);
    }
}
