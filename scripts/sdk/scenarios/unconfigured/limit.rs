//! Reads a value that fits a form of `scripts/sdk/limits/rust.yaml`.
fn main() {
    let request: openapi::models::Request = serde_json::from_str(r#"{"options":{"public":true}}"#).unwrap();
    println!("{request:?}");
}
