/// What no change and no changeset may exceed. A kilobyte is 1,024 bytes.
package enum Limits {
    package static let changesPerChangeset = 1_000
    package static let payloadBytes = 256 * 1_024
    /// An erased slot holds a digest of 32 bytes where it may have held less: what a payload may
    /// measure besides.
    package static let erasedPayloadBytes = payloadBytes + changesPerChangeset * 32
    package static let titleScalars = 200
    package static let titleBytes = 800
    package static let needBytes = 2_000
    package static let textBytes = 32 * 1_024
    package static let nameScalars = 100

    package static func isName(_ text: String) -> Bool {
        // Scalars are counted only where the bytes could not prove the limit.
        text.utf8.count <= nameScalars || text.unicodeScalars.count <= nameScalars
    }
}
