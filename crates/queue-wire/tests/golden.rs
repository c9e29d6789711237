//! Live messages of version 1, as they were first sent: read for ever, and written the same way.

use std::path::Path;

use queue_wire::live::Message;
use serde_json::Value;

#[test]
fn messages_of_version_1_read_and_write_as_they_did() -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/v1");
    let mut count = 0;
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let text = std::fs::read_to_string(&path)?;
        let message: Message = serde_json::from_str(&text).map_err(std::io::Error::other)?;
        let kept: Value = serde_json::from_str(&text)?;
        assert_eq!(serde_json::to_value(&message)?, kept, "{}", path.display());
        count += 1;
    }
    assert_eq!(count, 6, "one file for each type of message");
    Ok(())
}
