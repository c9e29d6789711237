pub fn settled(_s: &crate::shared::Shared) {}
pub async fn ask(_s: &crate::shared::Shared) {}
pub fn judge(_s: &crate::shared::Shared) {}
