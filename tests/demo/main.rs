use portal_tests as _;
fn main() {}
