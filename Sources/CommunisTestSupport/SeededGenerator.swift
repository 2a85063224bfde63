import CommunisCore

/// splitmix64 (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators", 2014): small,
/// the same on every machine, and in any language.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// A number below `bound`, by remainder.
    package mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    package mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }
    }

    package mutating func identifier<Identifier: FixedBytes>() -> Identifier {
        Identifier(truncating: bytes(Identifier.byteCount))
    }
}

/// An identifier all of whose bytes are `byte`.
package func filled<Identifier: FixedBytes>(_ byte: UInt8) -> Identifier {
    Identifier(truncating: repeatElement(byte, count: Identifier.byteCount))
}
