import Crypto

/// The 16 bytes that a change which makes an idea, a revision or a comment carries as the salt of its
/// slot. With what the change says they decide the id of what it makes, so that whoever repeats the
/// change with the same key makes the same thing, and nobody can make another under that id.
package struct CreationKey: Hashable, Sendable {
    package static let byteCount = 16
    package let bytes: [UInt8]

    /// `nil` if these are not 16 bytes.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    /// The first 16 bytes of SHA-256("communis key 1\0" ‖ board ‖ part ‖ 0x00 ‖ source in UTF-8).
    ///
    /// Every importer of a thing that has a name in its source uses this key, so that all of them
    /// make the same thing of it.
    package init(_ part: ImportedPart, from source: String, board: BoardID) {
        var message = Array("communis key 1\0".utf8)
        message.append(board)
        message.append(contentsOf: part.name.utf8)
        message.append(0)
        message.append(contentsOf: source.utf8)
        bytes = Array(SHA256.hash(data: message).prefix(Self.byteCount))
    }

    /// A new one, from the system's randomness.
    package static func random() -> CreationKey {
        CreationKey(unchecked: (0..<byteCount).map { _ in UInt8.random(in: 0...255) })
    }

    private init(unchecked bytes: [UInt8]) { self.bytes = bytes }
}

/// What an importer makes of a row that has a name in its source.
package enum ImportedPart: Hashable, Sendable {
    case idea
    /// The first revision of a text of the row's idea.
    case text(TextField)
    case comment

    package var name: String {
        switch self {
        case .idea: "idea"
        case .text(.title): "title"
        case .text(.need): "need"
        case .text(.body): "body"
        case .comment: "comment"
        }
    }
}
