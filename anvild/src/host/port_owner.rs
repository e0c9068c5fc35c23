//! Finds out who listens on a port, on Linux: the socket's inode from `/proc/net/tcp`, then the process that has it open.
//! The look-up is for a message, so whatever cannot be read (other users' processes) is skipped.

use std::{fs, net::SocketAddr, path::Path};

/// `st` of a listening socket in `/proc/net/tcp`.
const STATE_LISTEN: &str = "0A";

/// `name (pid 123)` of the process that listens on `addr`'s port.
pub(super) fn port_owner(addr: SocketAddr) -> Option<String> {
    let inodes: Vec<u64> = ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .filter_map(|table| fs::read_to_string(table).ok())
        .flat_map(|table| listening_inodes(&table, addr.port()))
        .collect();
    let wanted: Vec<String> = inodes.iter().map(|inode| format!("socket:[{inode}]")).collect();
    if wanted.is_empty() {
        return None;
    }
    let processes = fs::read_dir("/proc").ok()?;
    processes.flatten().find_map(|process| {
        let pid: u32 = process.file_name().to_str()?.parse().ok()?;
        holds_any(&process.path().join("fd"), &wanted).then(|| describe(pid))
    })
}

/// The inodes of listening sockets on `port` in the text of `/proc/net/tcp` or `tcp6`.
fn listening_inodes(table: &str, port: u16) -> Vec<u64> {
    let suffix = format!(":{port:04X}");
    let row = |line: &str| {
        let columns: Vec<&str> = line.split_ascii_whitespace().collect();
        let listens = columns.get(1)?.ends_with(&suffix) && *columns.get(3)? == STATE_LISTEN;
        listens.then(|| columns.get(9)?.parse().ok()).flatten()
    };
    table.lines().skip(1).filter_map(row).collect()
}

fn holds_any(descriptors: &Path, wanted: &[String]) -> bool {
    let Ok(entries) = fs::read_dir(descriptors) else { return false };
    entries.flatten().any(|entry| {
        fs::read_link(entry.path()).is_ok_and(|target| wanted.iter().any(|name| target.as_os_str() == name.as_str()))
    })
}

fn describe(pid: u32) -> String {
    let name = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    match name.trim() {
        "" => format!("pid {pid}"),
        name => format!("{name} (pid {pid})"),
    }
}

#[cfg(test)]
mod tests {
    use super::listening_inodes;

    #[test]
    fn only_listening_sockets_of_the_port_count() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n\
            0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 77 1 0 100\n\
            1: 0100007F:1F90 0100007F:A001 01 00000000:00000000 00:00000000 00000000     0        0 78 1 0 100\n\
            2: 0100007F:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 79 1 0 100\n\
            garbage\n";
        assert_eq!(listening_inodes(table, 8080), [77]);
    }
}
