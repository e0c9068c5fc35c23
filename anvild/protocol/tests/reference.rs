//! What people write about the protocol by hand, compared with it. The rest of the reference is made from the types.

const DOCS: &str = include_str!("../../../docs/protocol/README.md");

#[test]
fn the_documented_numbers_are_the_real_ones() {
    let megabytes = anvild_protocol::MESSAGE_BYTES_MAX / 1024 / 1024;
    for text in [format!("rpc-{}.sock", anvild_protocol::PROTOCOL), format!("{megabytes} MiB")] {
        assert!(DOCS.contains(&text), "{text}");
    }
}
