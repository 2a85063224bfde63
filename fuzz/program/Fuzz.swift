import CommunisFuzz

/// Keeps the linker from leaving out what libFuzzer calls.
let linked = fuzz
